package io.channels4j.netty.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamBoundaryTest {

    private static EventStreamBoundary after(String contentType, String... parts) {
        EventStreamBoundary boundary = EventStreamBoundary.of(Headers.of("content-type", contentType));
        for (String part : parts) {
            boundary.passed(part.getBytes(StandardCharsets.US_ASCII));
        }
        return boundary;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data: x\n\n", "data: x\r\n\r\n", "data: x\r\r", "data: x\r\n\n", ":\n\n\n"})
    void isReachedAtTheStartAndAfterAnEmptyLine(String stream) {
        assertThat(after("text/event-stream", stream).reached()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "data: x\n", "data: x\r\n", "data: x\n\nid: 7", "data: x\n\nid: 7\n"})
    void isNotReachedWithinAnEvent(String stream) {
        assertThat(after("text/event-stream", stream).reached()).isFalse();
    }

    @Test
    void isReachedAcrossParts() {
        assertThat(after("text/event-stream", "data: x\r", "\n\r", "\n").reached())
                .isTrue();
        assertThat(after("text/event-stream", "data: x\r", "\n").reached()).isFalse();
        assertThat(after("text/event-stream", "data: x\n\n", "").reached()).isTrue();
    }

    @Test
    void isNeverReachedInOtherResponses() {
        assertThat(after("text/event-stream;charset=utf-8").ofEvents()).isTrue();
        assertThat(after("text/plain").ofEvents()).isFalse();
        assertThat(after("text/plain", "x\n\n").reached()).isFalse();
    }

    @Test
    void isNeverReachedWhenTheLengthIsAnnounced() {
        Headers response = Headers.of("content-type", "text/event-stream", "content-length", "100");

        assertThat(EventStreamBoundary.of(response).ofEvents()).isFalse();
        assertThat(EventStreamBoundary.of(response).reached()).isFalse();
    }
}
