package io.channels4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyPartsTest {

    private final BodyParts parts = new BodyParts();

    @Test
    void aSinglePartIsTheBodyItself() {
        byte[] only = {1, 2};

        assertThat(parts.finish(only)).isSameAs(only);
    }

    @Test
    void partsAreJoinedInOrder() {
        parts.add(new byte[] {1});
        parts.add(new byte[0]);
        parts.add(new byte[] {2, 3});

        assertThat(parts.finish(new byte[] {4})).containsExactly(1, 2, 3, 4);
    }

    @Test
    void theLimitCountsAllParts() {
        parts.add(new byte[3]);

        assertThat(parts.exceeds(5, new byte[2])).isFalse();
        assertThat(parts.exceeds(5, new byte[3])).isTrue();
    }
}
