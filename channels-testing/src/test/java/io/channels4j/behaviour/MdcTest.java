package io.channels4j.behaviour;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Interceptor;
import io.channels4j.monitoring.MdcInterceptor;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The logging context of callbacks. */
class MdcTest {

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Map<String, String>> afterwards = new ConcurrentLinkedQueue<>();

    private void note(String where) {
        seen.add(where + " " + MDC.get("route") + " " + MDC.get("user") + " "
                + (MDC.get("connection") == null ? "none" : "connection"));
    }

    /** Records the context that a callback leaves behind. */
    private Interceptor outside() {
        return callback -> new Interceptor.Interception() {
            @Override
            public void returned() {
                Map<String, String> context = MDC.getCopyOfContextMap();
                afterwards.add(context == null ? Map.of() : context);
            }
        };
    }

    private void exchange(Supplier<? extends Consumer> consumer, String answer) {
        Application application = URLRouter.of(path("chat/<str:room>/", consumer));
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/chat/lobby/")
                .with(Scope.USER, () -> User.of("7", "Ada"))
                .interceptors(outside(), MdcInterceptor.create())
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo(answer);
        }
        await().untilAsserted(() -> assertThat(seen).anyMatch(line -> line.startsWith("disconnect")));
        assertThat(seen).allMatch(line -> line.endsWith(" chat/<str:room>/ 7 connection"));
        assertThat(afterwards).isNotEmpty().allMatch(Map::isEmpty);
    }

    class Chat extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            note("connect");
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            note("receive");
            return Blocking.run(() -> note("blocking"))
                    .thenCompose(nothing -> {
                        note("after blocking");
                        return Blocking.run(() -> note("second blocking"));
                    })
                    .thenCompose(nothing -> send("done"));
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            note("disconnect");
            return done();
        }
    }

    @Test
    void callbacksAndBlockingWorkHaveContextOfConnection() {
        exchange(Chat::new, "done");
        assertThat(seen).hasSize(6);
    }

    class Blocked extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            note("receive");
            Blocking.await(Blocking.run(() -> note("blocking")));
            send("done");
        }

        @Override
        protected void disconnect(Disconnect why) {
            note("disconnect");
        }
    }

    @Test
    void blockingConsumersHaveContextOfConnection() {
        exchange(Blocked::new, "done");
        assertThat(seen).hasSize(3);
    }
}
