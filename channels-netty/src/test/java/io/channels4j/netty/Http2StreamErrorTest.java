package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.ACK;
import static io.channels4j.netty.Http2Client.CONTINUATION;
import static io.channels4j.netty.Http2Client.END_HEADERS;
import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.HEADERS;
import static io.channels4j.netty.Http2Client.PING;
import static io.channels4j.netty.Http2Client.PRIORITY;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static io.channels4j.netty.Http2Client.STREAM_CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests frames that end a stream and frames that a client may send. The cases are in the order of RFC 9113 and RFC 7541. */
@DisplayName("RFC 9113, RFC 7541: conformance of streams")
class Http2StreamErrorTest extends Http2ConformanceFixture {

    static List<Case> streamErrors() {
        return List.of(
                with(
                        "§5.1, half-closed: DATA",
                        STREAM_CLOSED,
                        c -> c.get(1, "/held").data(1, "x", true)),
                with(
                        "§5.1, half-closed: HEADERS",
                        STREAM_CLOSED,
                        c -> c.get(1, "/held").headers(1, 0, "x", "y")),
                with(
                        "§5.1, half-closed: trailers",
                        STREAM_CLOSED,
                        c -> c.get(1, "/held").headers(1, END_STREAM, "x", "y")),
                with(
                        "§5.1.1: DATA on a stream that was skipped",
                        STREAM_CLOSED,
                        c -> c.post(5, "/held").data(3, "x", true)),
                with(
                        "§5.1, closed: DATA after END_STREAM",
                        STREAM_CLOSED,
                        c -> served(c, 1).data(1, "x", true)),
                with(
                        "§5.1, closed: DATA after RST_STREAM",
                        STREAM_CLOSED,
                        c -> reset(c, 1).data(1, "x", true)),
                with(
                        "§5.1, closed: HEADERS after RST_STREAM",
                        STREAM_CLOSED,
                        c -> reset(c, 1).get(1, "/")),
                with(
                        "§6.3: PRIORITY of a wrong length",
                        FRAME_SIZE_ERROR,
                        c -> c.post(1, "/held").frame(PRIORITY, 0, 1, new byte[4])),
                with(
                        "§6.9: WINDOW_UPDATE of 0",
                        PROTOCOL_ERROR,
                        c -> c.post(1, "/held").window(1, 0)),
                with(
                        "§6.9.1: a window above the maximum",
                        FLOW_CONTROL_ERROR,
                        c -> c.post(1, "/held").window(1, MAX_WINDOW)),
                with(
                        "§8.1: a second header section without END_STREAM",
                        PROTOCOL_ERROR,
                        c -> c.post(1, "/held").headers(1, 0, "x", "y")),
                with(
                        "§8.1.1: a content-length without a body",
                        PROTOCOL_ERROR,
                        c -> c.get(1, "/", "content-length", "1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streamErrors")
    @DisplayName("RFC 9113 §5.4.2: a stream error resets that stream, and no other")
    void errorOfTheStream(Case violation) {
        violation.frames().accept(client);

        assertThat(client.await(RST_STREAM).error()).isEqualTo(violation.error());
        assertThat(client.get(101, "/").response(101).status()).isEqualTo(200);
    }

    // ---- frames that a client may send ----

    static List<Case> allowed() {
        return List.of(
                with("§4.1: a frame of an unknown type", 0, c -> c.frame(0x16, 0xff, 0, new byte[8])),
                with("§4.1: undefined flags", 0, c -> c.frame(PING, 0x16, 0, new byte[8])),
                with("§4.1: a reserved bit", 0, c -> c.frame(PING, 0, Integer.MIN_VALUE, new byte[8])),
                with("§5.1, idle: PRIORITY", 0, c -> c.frame(PRIORITY, 0, 3, new byte[5])),
                with(
                        "§5.1, half-closed: WINDOW_UPDATE",
                        0,
                        c -> c.get(1, "/held").window(1, 100)),
                with("§5.1, half-closed: PRIORITY", 0, c -> c.get(1, "/held").frame(PRIORITY, 0, 1, new byte[5])),
                with("§5.1, half-closed: RST_STREAM", 0, c -> c.get(1, "/held").reset(1, 8)),
                with("§5.1, closed: PRIORITY", 0, c -> served(c, 1).frame(PRIORITY, 0, 1, new byte[5])),
                with("§5.1, closed: WINDOW_UPDATE", 0, c -> served(c, 1).window(1, 100)),
                with("§5.1, closed: RST_STREAM", 0, c -> served(c, 1).reset(1, 8)),
                with("§5.1.1: streams that are skipped", 0, c -> served(served(c, 7), 51)),
                with(
                        "§5.5: an unknown frame on a stream",
                        0,
                        c -> c.get(1, "/held").frame(0x16, 0, 1, new byte[3])),
                with(
                        "§6.2: HEADERS with padding and priority",
                        0,
                        c -> c.frame(
                                HEADERS,
                                END_STREAM | END_HEADERS | PADDED | WITH_PRIORITY,
                                1,
                                joined(joined(bytes(2, 0, 0, 0, 0, 7), head("/held")), new byte[2]))),
                with("§6.5.2: an unknown setting", 0, c -> c.settings(0xff, 1)),
                with("§6.7: an unrequested PING answer", 0, c -> c.frame(PING, ACK, 0, new byte[8])),
                with(
                        "§6.9.2: a window that becomes negative",
                        0,
                        c -> c.get(1, "/held").settings(4, 0)),
                with(
                        "§6.10: many CONTINUATION frames",
                        0,
                        c -> c.frame(HEADERS, END_STREAM, 1, head("/held"))
                                .frame(CONTINUATION, 0, 1, Http2Client.block("a", "b"))
                                .frame(CONTINUATION, END_HEADERS, 1, Http2Client.block("c", "d"))),
                with(
                        "§7: RST_STREAM with an unknown error code",
                        0,
                        c -> c.post(1, "/held").reset(1, 0xff)),
                with(
                        "RFC 7541 §6.3: a smaller table",
                        0,
                        c -> c.frame(HEADERS, END_STREAM | END_HEADERS, 1, joined(bytes(0x20), head("/held")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("allowed")
    @DisplayName("RFC 9113: frames that a client may send at any time do not affect the connection")
    void allowedFrames(Case valid) {
        valid.frames().accept(client);
        client.settings(4, 65_535);

        assertThat(client.get(101, "/").response(101).status()).isEqualTo(200);
    }
}
