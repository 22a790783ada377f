package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A load with an additional member in the first room. This member reads the handshake response and nothing else. */
final class SilentMember implements Load {

    private static final int RECEIVE_BYTES = 4096;

    private final Client client;
    private final String path;
    private final Load healthy;
    private @Nullable Socket socket;

    SilentMember(Client client, String path, Load healthy) {
        this.client = client;
        this.path = path;
        this.healthy = healthy;
    }

    @Override
    public CompletionStage<Void> open() {
        CompletableFuture<Void> joined = new CompletableFuture<>();
        client.connectSlowly(path, RECEIVE_BYTES, new Listener(joined));
        return joined.thenCombine(healthy.open(), (one, all) -> one);
    }

    @Override
    public void begin() {
        healthy.begin();
    }

    @Override
    public void stop() {
        healthy.stop();
    }

    @Override
    public boolean settled() {
        return healthy.settled();
    }

    @Override
    public Order order() {
        return healthy.order();
    }

    @Override
    public void close() {
        healthy.close();
        if (socket != null) {
            socket.cut();
        }
    }

    private final class Listener implements Socket.Listener {

        private final CompletableFuture<Void> joined;

        Listener(CompletableFuture<Void> joined) {
            this.joined = joined;
        }

        @Override
        public void opened(Socket open) {
            socket = open;
            open.stopReading();
            joined.complete(null);
        }

        @Override
        public void message(Socket from, ByteBuf bytes, int start, int length) {
            // a message that arrived together with the handshake response
        }

        @Override
        public void closed(Socket gone, String why) {
            joined.completeExceptionally(new IllegalStateException("deaf member: " + why));
        }
    }
}
