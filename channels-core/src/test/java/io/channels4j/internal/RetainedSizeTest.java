package io.channels4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetainedSizeTest {

    private static Map<String, Object> fields(int count) {
        Map<String, Object> fields = new HashMap<>();
        for (int i = 0; i < count; i++) {
            fields.put("name" + i, "value " + i);
        }
        return fields;
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
                    @JsonProperty
                    @SuppressWarnings("unused") // Jackson calls it
                    String text() {
                        throw new IllegalStateException("broken");
                    }
                }))
                .isPositive();
    }
}
