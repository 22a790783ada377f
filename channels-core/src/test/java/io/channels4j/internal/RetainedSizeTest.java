package io.channels4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RetainedSizeTest {

    private static final long MEASURED_BYTES = 16L << 20;

    private record Said(String user, String text, int number) {}

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void assertHonest(Supplier<Object> value) {
        long estimate = RetainedSize.of(value.get());
        Object[] kept = new Object[(int) (MEASURED_BYTES / estimate)];
        long before = used();
        Arrays.setAll(kept, i -> value.get());
        long each = (used() - before) / kept.length;

        assertThat(kept).doesNotContainNull();
        assertThat(estimate).isBetween(each / 2, 2 * each);
    }

    private static Map<String, Object> fields(int count) {
        Map<String, Object> fields = new HashMap<>();
        for (int i = 0; i < count; i++) {
            fields.put("name" + i, "value " + i);
        }
        return fields;
    }

    @Test
    @DisplayName("P3: the estimate is within a factor of two of what common payloads pin")
    void isHonest() {
        assertHonest(() -> "x".repeat(10_000));
        assertHonest(() -> "\u4e2d".repeat(10_000));
        assertHonest(() -> new byte[10_000]);
        assertHonest(() -> new HashMap<>(Map.of("text", "x".repeat(1000))));
        assertHonest(() -> fields(100));
        assertHonest(() -> new Said("ada".repeat(10), "x".repeat(1000), 1));
        assertHonest(() -> {
            List<Object> list = new ArrayList<>(100);
            for (int i = 0; i < 100; i++) {
                list.add(new byte[100]);
            }
            return list;
        });
    }

    @Test
    void measuresTree() {
        Object tree = StandardJson.MAPPER.valueToTree(fields(100));

        assertThat(RetainedSize.of(tree)).isBetween(RetainedSize.of(fields(100)), 2 * RetainedSize.of(fields(100)));
    }

    @Test
    void measuresLongNumbers() {
        assertThat(RetainedSize.of(new BigDecimal("1".repeat(10_000)))).isGreaterThan(4000);
    }

    @Test
    void valueThatContainsItselfHasSize() {
        List<Object> list = new ArrayList<>();
        list.add(list);

        assertThat(RetainedSize.of(list)).isPositive();
    }

    @Test
    void valueThatCannotBeWrittenHasSize() {
        assertThat(RetainedSize.of(new Object() {
                    @SuppressWarnings("unused") // Jackson calls it
                    public String getText() {
                        throw new IllegalStateException("broken");
                    }
                }))
                .isPositive();
    }
}
