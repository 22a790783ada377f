package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketReceive;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests input that reaches the event loop before the thread that accepts the handshake continues. */
class EarlyInputTest {

    private final CountDownLatch admitted = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile Thread accepting = Thread.currentThread();

    /** Blocks the accepting thread after it has queued the response, until the connection has closed. */
    private final class HoldingListener implements ServerListener {

        @Override
        public void queued(Scope scope, long bytes) {
            if (Thread.currentThread() == accepting) {
                admitted.countDown();
                await(closed);
            }
        }

        @Override
        public void closed(Scope scope, ConnectionSummary summary) {
            closed.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void deliversMessagesOfAClientThatLeavesBeforeTheAcceptingThreadContinues() throws Exception {
        CompletableFuture<Event> message = new CompletableFuture<>();
        CompletableFuture<Event> last = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.script(socket -> {
                            socket.next();
                            accepting = Thread.currentThread();
                            // the response is written after this task
                            socket.scope().executor().execute(() -> await(admitted));
                            socket.send(new WebSocketAccept());
                            message.complete(socket.next());
                            last.complete(socket.next());
                        }))
                        .port(0)
                        .transport(TransportSettings.defaults().withEventLoopThreads(1))
                        .listeners(new HoldingListener())
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            client.text("hello").close();

            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(message.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            WebSocketReceive.class,
                            received -> assertThat(received.text()).isEqualTo("hello"));
            assertThat(last.get(10, TimeUnit.SECONDS).type()).isEqualTo("websocket.disconnect");
        }
    }
}
