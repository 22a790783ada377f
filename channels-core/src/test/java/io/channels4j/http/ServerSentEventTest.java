package io.channels4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSentEventTest {

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "\r\n", "a\0"})
    void rejectsIdWithLineBreakOrNul(String id) {
        ServerSentEvent event = ServerSentEvent.of("x");

        assertThatThrownBy(() -> event.withId(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("id of event: \"")
                .hasMessageEndingWith("(expected: no line break, no NUL)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", ""})
    void rejectsNameThatIsEmptyOrHasALineBreak(String name) {
        ServerSentEvent event = ServerSentEvent.of("x");

        assertThatThrownBy(() -> event.withEvent(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("(expected: not empty, no line break)");
    }

    @Test
    void escapesInvalidIdInMessage() {
        ServerSentEvent event = ServerSentEvent.of("x");

        assertThatThrownBy(() -> event.withId("a\r\n\0"))
                .hasMessage("id of event: \"a\\r\\n\\0\" (expected: no line break, no NUL)");
    }

    @Test
    void rejectsNegativeRetry() {
        ServerSentEvent event = ServerSentEvent.of("x");

        assertThatThrownBy(() -> event.withRetry(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsRetryWithFractionOfMillisecond() {
        ServerSentEvent event = ServerSentEvent.of("x");

        assertThatThrownBy(() -> event.withRetry(Duration.ofNanos(1_500_000)))
                .hasMessage("retry of event: \"PT0.0015S\" (expected: whole milliseconds, zero or more)");
    }

    @Test
    void acceptsEmptyIdThatResetsTheClients() {
        assertThat(ServerSentEvent.of("x").withId("").id()).contains("");
    }

    @Test
    void keepsAllPartsThatWereAdded() {
        ServerSentEvent event =
                ServerSentEvent.of("x").withId("7").withEvent("news").withRetry(Duration.ofSeconds(3));

        assertThat(event.id()).contains("7");
        assertThat(event.event()).contains("news");
        assertThat(event.data()).isEqualTo("x");
        assertThat(event.retry()).contains(Duration.ofSeconds(3));
    }

    @Test
    void writesObjectAsJson() {
        assertThat(ServerSentEvent.json(List.of(1, 2)).data()).isEqualTo("[1,2]");
    }

    @Test
    void errorNamesTheClassThatCannotBeWritten() {
        assertThatThrownBy(() -> ServerSentEvent.json(new Unwritable()))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("Unwritable cannot be written as JSON");
    }

    /** A class whose getter throws. */
    static final class Unwritable {
        public String getText() {
            return List.of("one").get(1);
        }
    }
}
