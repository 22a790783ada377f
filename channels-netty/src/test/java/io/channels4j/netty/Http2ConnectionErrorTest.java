package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.ACK;
import static io.channels4j.netty.Http2Client.CONTINUATION;
import static io.channels4j.netty.Http2Client.DATA;
import static io.channels4j.netty.Http2Client.END_HEADERS;
import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.GOAWAY;
import static io.channels4j.netty.Http2Client.HEADERS;
import static io.channels4j.netty.Http2Client.PING;
import static io.channels4j.netty.Http2Client.PRIORITY;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static io.channels4j.netty.Http2Client.SETTINGS;
import static io.channels4j.netty.Http2Client.STREAM_CLOSED;
import static io.channels4j.netty.Http2Client.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests frames that end the connection. The cases are in the order of RFC 9113 and RFC 7541. */
@DisplayName("RFC 9113, RFC 7541: conformance of connections")
class Http2ConnectionErrorTest extends Http2ConformanceFixture {

    private static final int COMPRESSION_ERROR = 9;
    private static final int PUSH_PROMISE = 5;

    static List<Case> connectionErrors() {
        List<Case> all = new ArrayList<>();
        all.addAll(errorsOfFrames());
        all.addAll(errorsOfHeaderBlocks());
        all.addAll(errorsOfStreamStates());
        all.addAll(errorsOfSettings());
        all.addAll(errorsOfCompression());
        return all;
    }

    private static List<Case> errorsOfFrames() {
        return List.of(
                with(
                        "§4.2: DATA beyond the maximum size",
                        FRAME_SIZE_ERROR,
                        c -> c.post(1, "/held").data(1, new byte[16_385], true)),
                with(
                        "§4.2: HEADERS beyond the maximum size",
                        FRAME_SIZE_ERROR,
                        c -> c.frame(HEADERS, END_STREAM | END_HEADERS, 1, new byte[16_385])),
                with("§6.1: DATA without a stream", PROTOCOL_ERROR, c -> c.data(0, "x", true)),
                with(
                        "§6.1: DATA with too much padding",
                        PROTOCOL_ERROR,
                        c -> c.post(1, "/held").frame(DATA, PADDED, 1, bytes(5, 1, 2))),
                with("§6.2: HEADERS without a stream", PROTOCOL_ERROR, c -> c.get(0, "/")),
                with(
                        "§6.2: HEADERS with too much padding",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | PADDED, 1, bytes(5, 0x82))),
                with(
                        "§6.2: HEADERS too short for the priority",
                        FRAME_SIZE_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | WITH_PRIORITY, 1, bytes(0, 0))),
                with("§6.3: PRIORITY without a stream", PROTOCOL_ERROR, c -> c.frame(PRIORITY, 0, 0, new byte[5])),
                with("§6.4: RST_STREAM without a stream", PROTOCOL_ERROR, c -> c.reset(0, 8)),
                with(
                        "§6.4: RST_STREAM of a wrong length",
                        FRAME_SIZE_ERROR,
                        c -> c.post(1, "/held").frame(RST_STREAM, 0, 1, new byte[3])),
                with("§6.5: SETTINGS on a stream", PROTOCOL_ERROR, c -> c.frame(SETTINGS, 0, 1)),
                with("§6.5: SETTINGS of a wrong length", FRAME_SIZE_ERROR, c -> c.frame(SETTINGS, 0, 0, new byte[5])),
                with(
                        "§6.5: an acknowledgement with a payload",
                        FRAME_SIZE_ERROR,
                        c -> c.frame(SETTINGS, ACK, 0, new byte[6])),
                with(
                        "§6.6: PUSH_PROMISE from a client",
                        PROTOCOL_ERROR,
                        c -> c.post(1, "/held")
                                .frame(PUSH_PROMISE, END_HEADERS, 1, joined(Http2Client.number(2), head("/")))),
                with("§6.7: PING on a stream", PROTOCOL_ERROR, c -> c.frame(PING, 0, 1, new byte[8])),
                with("§6.7: PING of a wrong length", FRAME_SIZE_ERROR, c -> c.frame(PING, 0, 0, new byte[6])),
                with("§6.8: GOAWAY on a stream", PROTOCOL_ERROR, c -> c.frame(GOAWAY, 0, 1, new byte[8])),
                with("§6.8: GOAWAY of a wrong length", FRAME_SIZE_ERROR, c -> c.frame(GOAWAY, 0, 0, new byte[7])),
                with("§6.9: WINDOW_UPDATE of 0 on the connection", PROTOCOL_ERROR, c -> c.window(0, 0)),
                with(
                        "§6.9: WINDOW_UPDATE of a wrong length",
                        FRAME_SIZE_ERROR,
                        c -> c.frame(WINDOW_UPDATE, 0, 0, new byte[3])),
                with(
                        "§6.9.1: a window of the connection above the maximum",
                        FLOW_CONTROL_ERROR,
                        c -> c.window(0, MAX_WINDOW).window(0, MAX_WINDOW)));
    }

    private static List<Case> errorsOfHeaderBlocks() {
        return List.of(
                with(
                        "§5.5: an unknown frame within a header block",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, head("/")).frame(0x16, 0, 0, new byte[8])),
                with(
                        "§6.2: PRIORITY within a header block",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, head("/")).frame(PRIORITY, 0, 1, new byte[5])),
                with(
                        "§6.2: HEADERS of another stream within a header block",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, head("/")).get(3, "/")),
                with(
                        "§6.10: DATA within a header block",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, 0, 1, head("/")).data(1, "x", true)),
                with(
                        "§6.10: CONTINUATION without a stream",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, head("/")).frame(CONTINUATION, END_HEADERS, 0)),
                with(
                        "§6.10: CONTINUATION of another stream",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, END_STREAM, 1, head("/")).frame(CONTINUATION, END_HEADERS, 3)),
                with(
                        "§6.10: CONTINUATION after the end of a header block",
                        PROTOCOL_ERROR,
                        c -> c.post(1, "/held").frame(CONTINUATION, END_HEADERS, 1)),
                with(
                        "§6.10: CONTINUATION after CONTINUATION with END_HEADERS",
                        PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, 0, 1, head("/held"))
                                .frame(CONTINUATION, END_HEADERS, 1)
                                .frame(CONTINUATION, END_HEADERS, 1)),
                with(
                        "§6.10: CONTINUATION after DATA",
                        PROTOCOL_ERROR,
                        c -> c.post(1, "/held").data(1, "x", false).frame(CONTINUATION, END_HEADERS, 1)));
    }

    private static List<Case> errorsOfStreamStates() {
        return List.of(
                with("§5.1, idle: DATA", PROTOCOL_ERROR, c -> c.data(1, "x", true)),
                with("§5.1, idle: RST_STREAM", PROTOCOL_ERROR, c -> c.reset(1, Http2Client.CANCEL)),
                with("§5.1, idle: WINDOW_UPDATE", PROTOCOL_ERROR, c -> c.window(1, 100)),
                with("§5.1, idle: CONTINUATION", PROTOCOL_ERROR, c -> c.frame(CONTINUATION, END_HEADERS, 1, head("/"))),
                with(
                        "§5.1, closed: HEADERS after END_STREAM",
                        STREAM_CLOSED,
                        c -> served(c, 1).get(1, "/")),
                with("§5.1.1: an even stream", PROTOCOL_ERROR, c -> c.get(2, "/")),
                with(
                        "§5.1.1: a stream lower than an open one",
                        PROTOCOL_ERROR,
                        c -> c.post(5, "/held").get(3, "/")),
                with(
                        "§5.1.1: a stream lower than a closed one",
                        PROTOCOL_ERROR,
                        c -> served(c, 5).get(3, "/")),
                with(
                        "§5.1.1: a stream within a range that was skipped",
                        PROTOCOL_ERROR,
                        c -> served(served(c, 1), 9).get(5, "/")));
    }

    private static List<Case> errorsOfSettings() {
        return List.of(
                with("§6.5.2: ENABLE_PUSH of 2", PROTOCOL_ERROR, c -> c.settings(2, 2)),
                with(
                        "§6.5.2: INITIAL_WINDOW_SIZE above the maximum",
                        FLOW_CONTROL_ERROR,
                        c -> c.settings(4, Integer.MIN_VALUE)),
                with("§6.5.2: MAX_FRAME_SIZE below the minimum", PROTOCOL_ERROR, c -> c.settings(5, 16_383)),
                with("§6.5.2: MAX_FRAME_SIZE above the maximum", PROTOCOL_ERROR, c -> c.settings(5, 1 << 24)),
                with(
                        "§6.9.2: SETTINGS that raise a window above the maximum",
                        FLOW_CONTROL_ERROR,
                        c -> c.post(1, "/held").window(1, MAX_WINDOW - 65_535).settings(4, 65_536)),
                with("RFC 8441 §3: ENABLE_CONNECT_PROTOCOL of 2", PROTOCOL_ERROR, c -> c.settings(8, 2)));
    }

    private static List<Case> errorsOfCompression() {
        return List.of(
                with("RFC 7541 §2.3.3: an index beyond the tables", COMPRESSION_ERROR, compressed(0xff, 0)),
                with(
                        "RFC 7541 §4.2: a size update at the end of a block",
                        COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_STREAM | END_HEADERS, 1, joined(head("/"), bytes(0x20)))),
                with(
                        "RFC 7541 §5.1: an integer above the limit",
                        COMPRESSION_ERROR,
                        compressed(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
                with(
                        "RFC 7541 §5.2: Huffman padding of more than 7 bits",
                        COMPRESSION_ERROR,
                        compressed(0, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x84, 0x49, 0x50, 0x9f, 0xff)),
                with(
                        "RFC 7541 §5.2: Huffman padding with zeros",
                        COMPRESSION_ERROR,
                        compressed(0, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x83, 0x49, 0x50, 0x90)),
                with(
                        "RFC 7541 §5.2: Huffman code EOS",
                        COMPRESSION_ERROR,
                        compressed(
                                0, 0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0x87, 0xff, 0xff, 0xff, 0xfd, 0x25, 0x42, 0x7f)),
                with("RFC 7541 §6.1: index 0", COMPRESSION_ERROR, compressed(0x80)),
                with("RFC 7541 §6.3: a table above the setting", COMPRESSION_ERROR, compressed(0x3f, 0xe2, 0x1f)),
                with("§4.3: a truncated block", COMPRESSION_ERROR, compressed(0, 5, 'x')));
    }

    private static Consumer<Http2Client> compressed(int... block) {
        return c -> c.frame(HEADERS, END_STREAM | END_HEADERS, 1, bytes(block));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connectionErrors")
    @DisplayName("RFC 9113 §5.4.1: a connection error ends the connection with GOAWAY")
    void errorOfTheConnection(Case violation) {
        violation.frames().accept(client);

        assertThat(client.await(GOAWAY).error()).isEqualTo(violation.error());
        assertThat(client.ended()).isTrue();
    }
}
