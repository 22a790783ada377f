package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import org.junit.jupiter.api.Test;

@SuppressWarnings("ReferenceEquality") // the queue replaces an object, not an equal message
class LatestMessagesTest {

    private final LatestMessages latest = new LatestMessages();
    private final Message first = message("first");
    private final Message second = message("second");

    private static Message message(String text) {
        return Message.of("m").with("text", text).latest("key");
    }

    @Test
    void replacesAWaitingMessage() {
        latest.add(first);

        assertThat(latest.replace(second, old -> old == first)).isTrue();
        assertThat(latest.take(first)).isSameAs(second);
    }

    @Test
    void replacesNothingOnceTheMessageWasTaken() {
        latest.add(first);
        assertThat(latest.take(first)).isSameAs(first);

        assertThat(latest.replace(second, old -> true)).isFalse();
        latest.add(second);
        assertThat(latest.take(second)).isSameAs(second);
    }

    @Test
    void replacesNothingThatTheLayerRefuses() {
        latest.add(first);

        assertThat(latest.replace(second, old -> false)).isFalse();
        assertThat(latest.take(first)).isSameAs(first);
    }

    @Test
    void leavesThePlaceEmptyIfAMessageWithoutAKeyFollows() {
        latest.add(first);
        latest.passed();

        assertThat(latest.replace(second, old -> true)).isFalse();
        latest.add(second);
        assertThat(latest.take(first)).isNull();
        assertThat(latest.replace(message("third"), old -> old == second)).isTrue();
        assertThat(latest.take(second))
                .extracting(message -> message.getString("text"))
                .isEqualTo("third");
    }

    @Test
    void takesOneObjectThatWasPostedTwice() {
        latest.add(first);
        latest.passed();
        latest.add(first);

        assertThat(latest.take(first)).isNull();
        assertThat(latest.take(first)).isSameAs(first);
    }

    @Test
    void returnsAMessageThatWasNeverAdded() {
        assertThat(latest.take(first)).isSameAs(first);
    }
}
