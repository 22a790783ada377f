package io.channels4j.testing.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.http.ServerSentEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamReaderTest {

    private final EventStreamReader reader = new EventStreamReader();

    private void read(String text) {
        reader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsEveryFieldOfAnEvent() {
        read("id: 7\nevent: price\nretry: 250\ndata: one\ndata: two\n\n");

        assertThat(reader.next())
                .isEqualTo(ServerSentEvent.of("one\ntwo")
                        .withId("7")
                        .withEvent("price")
                        .withRetry(Duration.ofMillis(250)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void acceptsEveryLineEnding(String end) {
        read("data: a" + end + "data: b" + end + end + "data: c" + end + end);

        assertThat(reader.next()).isEqualTo(ServerSentEvent.of("a\nb"));
        assertThat(reader.next()).isEqualTo(ServerSentEvent.of("c"));
        assertThat(reader.next()).isNull();
    }

    @Test
    void acceptsPartsThatEndWithinACharacter() {
        byte[] stream = "data: é\n\n".getBytes(StandardCharsets.UTF_8);
        for (byte b : stream) {
            reader.read(new byte[] {b});
        }

        assertThat(reader.next()).isEqualTo(ServerSentEvent.of("é"));
    }

    @Test
    void ignoresCommentsAndEventsWithoutData() {
        read(":\n\nid: 1\n\nunknown: x\nretry: soon\ndata\n\n");

        assertThat(reader.next()).isEqualTo(ServerSentEvent.of(""));
        assertThat(reader.next()).isNull();
    }
}
