package io.channels4j.http;

import static io.channels4j.http.BodyParts.Progress.COMPLETE;
import static io.channels4j.http.BodyParts.Progress.INCOMPLETE;
import static io.channels4j.http.BodyParts.Progress.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyPartsTest {

    private final BodyParts parts = new BodyParts();

    @Test
    void singlePartIsTheBodyItself() {
        byte[] only = {1, 2};

        assertThat(parts.add(only, false, 5)).isEqualTo(COMPLETE);
        assertThat(parts.body()).isSameAs(only);
    }

    @Test
    void joinsPartsInOrder() {
        parts.add(new byte[] {1}, true, 5);
        parts.add(new byte[0], true, 5);
        parts.add(new byte[] {2, 3}, true, 5);

        assertThat(parts.add(new byte[] {4}, false, 5)).isEqualTo(COMPLETE);
        assertThat(parts.body()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void limitCountsAllParts() {
        parts.add(new byte[3], true, 5);

        assertThat(parts.add(new byte[2], true, 5)).isEqualTo(INCOMPLETE);
        assertThat(parts.add(new byte[1], true, 5)).isEqualTo(TOO_LARGE);
    }

    @Test
    void discardsPartsAfterTheLimit() {
        parts.add(new byte[6], true, 5);

        assertThat(parts.add(new byte[1], false, 5)).isEqualTo(INCOMPLETE);
    }
}
