package io.channels4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.Headers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventStreamTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
        hello       | data: hello;;
        ''          | data: ;;
        ' x'        | data:  x;;
        a;b         | data: a;data: b;;
        a<cr>b      | data: a;data: b;;
        a<cr>;b     | data: a;data: b;;
        a<cr><cr>b  | data: a;data: ;data: b;;
        a;;b        | data: a;data: ;data: b;;
        a;          | data: a;data: ;;
        a<cr>;      | data: a;data: ;;
        <cr>        | data: ;data: ;;
        grün €      | data: grün €;;
        """, delimiter = '|', ignoreLeadingAndTrailingWhitespace = true)
    void writesFieldForEveryLineOfData(String data, String written) {
        ServerSentEvent event = ServerSentEvent.of(decoded(data));

        assertThat(text(EventStream.encode(event))).isEqualTo(decoded(written));
    }

    /** Decodes a cell of the table, where a semicolon stands for a line break. */
    private static String decoded(String cell) {
        return cell.replace(';', '\n').replace("<cr>", "\r");
    }

    @Test
    void writesIdNameAndRetryBeforeData() {
        ServerSentEvent event =
                ServerSentEvent.of("x").withId("7").withEvent("news").withRetry(Duration.ofMillis(2500));

        assertThat(text(EventStream.encode(event))).isEqualTo("id: 7\nevent: news\nretry: 2500\ndata: x\n\n");
    }

    @Test
    void writesTextBroadcastAsData() {
        assertThat(text(EventStream.encode(Broadcast.text("a\r\nb")))).isEqualTo("data: a\ndata: b\n\n");
    }

    @Test
    void writesBinaryBroadcastAsBase64() {
        assertThat(text(EventStream.encode(Broadcast.binary(new byte[] {0, 10, -1}))))
                .isEqualTo("data: AAr/\n\n");
    }

    @Test
    void headersDisableCachesAndProxyBuffering() {
        assertThat(EventStream.headers(Headers.empty()))
                .isEqualTo(Headers.of(
                        "content-type", "text/event-stream", "cache-control", "no-store", "x-accel-buffering", "no"));
    }

    @Test
    void customHeadersReplaceDefaultsExceptTheContentType() {
        Headers own = Headers.of("Cache-Control", "no-cache", "content-type", "text/html", "x-a", "1");

        assertThat(EventStream.headers(own))
                .isEqualTo(Headers.of(
                        "content-type",
                        "text/event-stream",
                        "x-accel-buffering",
                        "no",
                        "cache-control",
                        "no-cache",
                        "x-a",
                        "1"));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
