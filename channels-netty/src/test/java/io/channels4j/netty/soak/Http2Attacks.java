package io.channels4j.netty.soak;

import io.channels4j.netty.Http2Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Attacks with HTTP/2. */
final class Http2Attacks {

    private static final short INITIAL_WINDOW_SIZE = 4;
    private static final int STREAMS = 100;
    private static final int RESETS_PER_ROUND = 500;
    private static final int NO_FLAGS = 0;

    private Http2Attacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.silent("streams with a closed window", 10, server -> closedWindows(server, "/large")),
                Attack.silent(
                        "whole responses to streams with a closed window",
                        10,
                        server -> closedWindows(server, "/whole")),
                new Attack("resets of streams", 2, server -> begun(server, new byte[0]), Http2Attacks::resets));
    }

    private static AttackSocket begun(InetSocketAddress server, byte[] settings) throws IOException {
        AttackSocket socket = new AttackSocket(server);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Http2Client.PREFACE.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(Http2Client.frameBytes(Http2Client.SETTINGS, NO_FLAGS, 0, settings));
        socket.offer(bytes.toByteArray());
        return socket;
    }

    private static AttackSocket closedWindows(InetSocketAddress server, String path) throws IOException {
        AttackSocket socket = begun(
                server,
                ByteBuffer.allocate(6).putShort(INITIAL_WINDOW_SIZE).putInt(0).array());
        for (int i = 0; i < STREAMS; i++) {
            socket.offer(request(2 * i + 1, path));
        }
        return socket;
    }

    private static byte[] request(int stream, String path) {
        return Http2Client.frameBytes(
                Http2Client.HEADERS,
                Http2Client.END_HEADERS | Http2Client.END_STREAM,
                stream,
                Http2Client.block(Http2Client.request("GET", path)));
    }

    private static void resets(AttackSocket socket) throws IOException {
        int first = socket.nextTurn() * RESETS_PER_ROUND;
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = first; i < first + RESETS_PER_ROUND; i++) {
            frames.writeBytes(request(2 * i + 1, "/large"));
            frames.writeBytes(Http2Client.frameBytes(
                    Http2Client.RST_STREAM, NO_FLAGS, 2 * i + 1, Http2Client.number(Http2Client.CANCEL)));
        }
        socket.offer(frames.toByteArray());
        socket.read(1 << 20);
    }
}
