package io.channels4j.netty.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StringPoolTest {

    private final StringPool pool = new StringPool();

    private static String copyOf(String text) {
        return new String(text.toCharArray());
    }

    @Test
    void returnsSameInstanceForEqualStrings() {
        String first = pool.of(copyOf("gzip, deflate, br"));

        assertThat(pool.of(copyOf("gzip, deflate, br"))).isSameAs(first);
    }

    @Test
    void doesNotPoolLongStrings() {
        String first = pool.of(copyOf("x".repeat(257)));

        assertThat(pool.of(copyOf("x".repeat(257)))).isNotSameAs(first);
    }

    @Test
    void alwaysReturnsAnEqualString() {
        assertThat(IntStream.range(0, 10_000).mapToObj(i -> "value " + i))
                .allSatisfy(text -> assertThat(pool.of(text)).isEqualTo(text));
    }
}
