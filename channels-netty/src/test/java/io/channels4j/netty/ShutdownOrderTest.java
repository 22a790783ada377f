package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.worker.Worker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShutdownOrderTest {

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    private final class Member extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            return groupSend("room", Message.of("left")).thenRun(() -> steps.add("disconnect"));
        }
    }

    private NettyServer server() {
        return NettyServer.builder(Consumer.application(Member::new))
                .channelLayer(layer)
                .port(0)
                .start();
    }

    private AutoCloseable recorded(String name, AutoCloseable resource) {
        return () -> {
            resource.close();
            steps.add(name);
        };
    }

    @Test
    @DisplayName("P2: disconnect runs with an open layer; then workers are closed, then the layer")
    void closesLayerLast() {
        NettyServer server = server();
        Worker worker = Worker.builder(Consumer.application(Member::new), layer)
                .channels("jobs")
                .start();
        server.alsoClose(recorded("worker", worker), recorded("layer", layer));
        int port = server.localAddress().getPort();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), new WebSocket.Listener() {})
                .join();

        server.close();

        assertThat(steps).containsExactly("disconnect", "worker", "layer");
        socket.abort();
    }

    @Test
    void closesTheNextResourceAfterAFailure() {
        try (CapturedLog log = CapturedLog.of("io.channels4j.netty")) {
            server().alsoClose(
                            () -> {
                                throw new IllegalStateException("broken");
                            },
                            () -> steps.add("next"))
                    .close();

            assertThat(steps).containsExactly("next");
            assertThat(log.messages(Level.ERROR))
                    .anySatisfy(line -> assertThat(line).contains("could not be closed"));
        }
    }
}
