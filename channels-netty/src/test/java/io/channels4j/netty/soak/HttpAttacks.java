package io.channels4j.netty.soak;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Attacks with HTTP/1.1. */
final class HttpAttacks {

    private static final String HEAD_DRIP = "GET /page HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + "a".repeat(10_000);
    private static final byte[] HALF_BODY = new byte[600_000];

    private HttpAttacks() {}

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(String path, long length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n";
    }

    static List<Attack> all() {
        return List.of(
                Attack.silent(
                        "readers of a blocking stream that never read",
                        300,
                        server -> new AttackSocket(server).send(get("/stream"))),
                Attack.silent(
                        "readers of a large response that never read",
                        50,
                        server -> new AttackSocket(server).send(get("/large"))),
                Attack.silent(
                        "readers of an event stream that never read",
                        20,
                        server -> new AttackSocket(server).send(get("/feed"))),
                new Attack(
                        "readers of 20 bytes per second",
                        50,
                        server -> new AttackSocket(server).send(get("/large")),
                        socket -> socket.read(10)),
                new Attack("heads byte by byte", 30, AttackSocket::new, HttpAttacks::dripHead),
                new Attack(
                        "bodies byte by byte",
                        30,
                        server -> new AttackSocket(server).send(post("/page", 100_000)),
                        HttpAttacks::dripBody),
                Attack.silent("bodies that end halfway", 20, server -> {
                    AttackSocket socket = new AttackSocket(server).send(post("/blocking", 1 << 20));
                    socket.offer(HALF_BODY);
                    return socket;
                }),
                new Attack(
                        "oversized bodies",
                        5,
                        server -> new AttackSocket(server).send(post("/page", 20L << 20)),
                        socket -> flood(socket, HALF_BODY)),
                new Attack(
                        "oversized heads",
                        5,
                        server -> new AttackSocket(server)
                                .send(get("/page").replace("\r\n\r\n", "\r\nX-Long: " + "h".repeat(64_000))),
                        socket -> socket.read(4096)),
                new Attack(
                        "oversized paths",
                        5,
                        server -> new AttackSocket(server).send(get("/" + "p".repeat(20_000))),
                        HttpAttacks::readOnce),
                new Attack("many requests without reading", 10, AttackSocket::new, HttpAttacks::pipeline),
                new Attack("random bytes", 5, AttackSocket::new, HttpAttacks::random));
    }

    private static void dripHead(AttackSocket socket) throws IOException {
        int turn = socket.nextTurn();
        socket.send(HEAD_DRIP.substring(turn, turn + 1));
        socket.read(4096);
    }

    private static void dripBody(AttackSocket socket) throws IOException {
        socket.send("b");
        socket.read(4096);
    }

    private static void flood(AttackSocket socket, byte[] bytes) throws IOException {
        socket.offer(bytes);
        socket.read(4096);
    }

    private static void readOnce(AttackSocket socket) throws IOException {
        socket.read(4096);
        if (socket.nextTurn() > 0) {
            throw new EOFException("one request per connection");
        }
    }

    private static void pipeline(AttackSocket socket) throws IOException {
        socket.offer(get("/page").repeat(100).getBytes(StandardCharsets.US_ASCII));
    }

    private static void random(AttackSocket socket) throws IOException {
        byte[] bytes = new byte[2000];
        new Random(socket.hashCode() + socket.nextTurn()).nextBytes(bytes);
        flood(socket, bytes);
    }
}
