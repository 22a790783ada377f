package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.channels4j.internal.RetainedSize;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the estimates on which docs/limits.md is based. */
class LimitsTest {

    private record Said(String user, String text, int number) {}

    /** Returns the number of bytes that this thread allocates for a value. */
    private static long allocated(Supplier<Object> value) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(value.get()).isNotNull(); // loads classes
        long before = threads.getCurrentThreadAllocatedBytes();
        Object kept = value.get();
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(kept).isNotNull();
        return bytes;
    }

    private static void assertHonest(Supplier<Object> value) {
        long allocated = allocated(value);
        assertThat(RetainedSize.of(value.get())).isBetween(allocated / 2, 2 * allocated);
    }

    private static Map<String, Object> fields(int count) {
        Map<String, Object> fields = new HashMap<>(2 * count);
        for (int i = 0; i < count; i++) {
            fields.put("name".concat(Integer.toString(i)), "value".repeat(10));
        }
        return fields;
    }

    @Test
    @DisplayName("P3: the estimated size of a message is within a factor of two of what common payloads pin")
    void estimateIsHonest() {
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
}
