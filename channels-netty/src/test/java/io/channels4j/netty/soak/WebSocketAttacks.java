package io.channels4j.netty.soak;

import io.channels4j.netty.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;

/** Attacks with WebSockets over HTTP/1.1. */
final class WebSocketAttacks {

    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int BINARY_PART = 0x02;
    private static final int COMPRESSED_PART = 0x42;
    private static final byte[] PONG = RawClient.frameBytes(0x8a, new byte[0]);

    private static final int MESSAGE_BYTES = (1 << 20) - 64;
    private static final byte[] MESSAGE = RawClient.frameBytes(BINARY, new byte[MESSAGE_BYTES]);
    private static final byte[] PART = RawClient.frameBytes(BINARY_PART, new byte[MESSAGE_BYTES]);
    private static final byte[] COMPRESSED = RawClient.frameBytes(COMPRESSED_PART, deflated(MESSAGE_BYTES));
    private static final byte[] TALK = RawClient.frameBytes(TEXT, new byte[16 * 1024]);
    private static final int MESSAGES_PER_ROUND = 25;
    private static final byte[] OVERSIZED = RawClient.frameBytes(BINARY, new byte[2 << 20]);

    private WebSocketAttacks() {}

    private static byte[] deflated(int zeros) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[zeros]);
        byte[] output = new byte[zeros];
        int length = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(output, length);
    }

    static List<Attack> all() {
        return List.of(
                new Attack(
                        "large messages, their echoes unread",
                        30,
                        server -> AttackSocket.webSocket(server, "/echo"),
                        socket -> socket.offer(MESSAGE)),
                new Attack(
                        "unfinished compressed messages with pongs", 20, server -> first(server, COMPRESSED), pongs()),
                new Attack("unfinished messages with pongs", 20, server -> first(server, PART), pongs()),
                Attack.silent(
                        "members that stop reading", 10, server -> AttackSocket.webSocket(server, "/room/attacked")),
                new Attack(
                        "a member that talks to them",
                        1,
                        server -> AttackSocket.webSocket(server, "/room/attacked"),
                        WebSocketAttacks::talk),
                new Attack(
                        "oversized messages",
                        5,
                        server -> AttackSocket.webSocket(server, "/echo"),
                        socket -> sendAndRead(socket, OVERSIZED)),
                new Attack(
                        "random frames",
                        5,
                        server -> AttackSocket.webSocket(server, "/echo", DEFLATE),
                        WebSocketAttacks::random));
    }

    private static AttackSocket first(InetSocketAddress server, byte[] frame) throws IOException {
        AttackSocket socket = AttackSocket.webSocket(server, "/echo", DEFLATE);
        socket.offer(frame);
        return socket;
    }

    private static Attack.Turn pongs() {
        return socket -> sendAndRead(socket, PONG);
    }

    private static void talk(AttackSocket socket) throws IOException {
        for (int i = 0; i < MESSAGES_PER_ROUND; i++) {
            socket.offer(TALK);
        }
        socket.read(MESSAGES_PER_ROUND * TALK.length * 2);
    }

    private static void sendAndRead(AttackSocket socket, byte[] bytes) throws IOException {
        socket.offer(bytes);
        socket.read(64 * 1024);
    }

    private static void random(AttackSocket socket) throws IOException {
        byte[] bytes = new byte[200];
        new Random(socket.hashCode() + socket.nextTurn()).nextBytes(bytes);
        sendAndRead(socket, bytes);
    }
}
