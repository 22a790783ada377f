package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Idle connections, and a check that they still work. Confined to the client's event loop. */
final class IdleConnections {

    /** The maximum number of concurrent connection attempts. It must be less than a server's backlog. */
    private static final int AT_ONCE = 200;

    private final Client client;
    private final String path;
    private final String headers;
    private final int count;
    private final List<Socket> open = new ArrayList<>();
    private final CompletableFuture<Void> allOpen = new CompletableFuture<>();
    private final CompletableFuture<Void> allAnswered = new CompletableFuture<>();
    private int begun;
    private int asked;
    private int answered;
    private long pings;

    IdleConnections(Client client, String path, String headers, int count) {
        this.client = client;
        this.path = path;
        this.headers = headers;
        this.count = count;
    }

    CompletableFuture<Void> open() {
        for (int i = 0; i < AT_ONCE && begun < count; i++) {
            next();
        }
        return allOpen;
    }

    private void next() {
        begun++;
        client.connect(path, headers, new Sleeper());
    }

    /** Sends a message on some of the connections. The stage completes when as many messages have been received as were sent. */
    CompletableFuture<Void> ask(int some, Payload payload) {
        asked = some;
        for (int i = 0; i < some; i++) {
            Socket socket = open.get(i * (open.size() / some));
            socket.write(true, payload.numbered(i));
            socket.flush();
        }
        return allAnswered;
    }

    long pings() {
        return pings;
    }

    void close() {
        List.copyOf(open).forEach(Socket::cut);
    }

    private final class Sleeper implements Socket.Listener {

        @Override
        public void opened(Socket socket) {
            open.add(socket);
            if (open.size() == count) {
                allOpen.complete(null);
            } else if (begun < count) {
                next();
            }
        }

        @Override
        public void message(Socket socket, ByteBuf bytes, int from, int length) {
            if (++answered == asked) {
                allAnswered.complete(null);
            }
        }

        @Override
        public void closed(Socket socket, String why) {
            IllegalStateException failure = new IllegalStateException("idle: " + why);
            allOpen.completeExceptionally(failure);
            allAnswered.completeExceptionally(failure);
        }

        @Override
        public void pinged() {
            pings++;
        }
    }
}
