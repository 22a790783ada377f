package io.channels4j.netty.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StringPoolTest {

    private final StringPool repeats = new StringPool();

    private static String fresh(String text) {
        return new String(text.toCharArray());
    }

    @Test
    void keepsEqualStringsOnce() {
        String first = repeats.of(fresh("gzip, deflate, br"));

        assertThat(repeats.of(fresh("gzip, deflate, br"))).isSameAs(first);
    }

    @Test
    void doesNotKeepLongStrings() {
        String first = repeats.of(fresh("x".repeat(257)));

        assertThat(repeats.of(fresh("x".repeat(257)))).isNotSameAs(first);
    }

    @Test
    void returnsWhatItWasAskedForWhateverCameBefore() {
        assertThat(IntStream.range(0, 10_000).mapToObj(i -> "value " + i))
                .allSatisfy(text -> assertThat(repeats.of(text)).isEqualTo(text));
    }
}
