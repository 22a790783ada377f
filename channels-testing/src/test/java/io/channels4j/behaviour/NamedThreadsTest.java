package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.LiveServer;
import io.channels4j.testing.LiveWebsocket;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import io.channels4j.worker.Worker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Threads that run the code of applications have names that identify them in logs and thread dumps. */
class NamedThreadsTest {

    private static final String OURS = "channels-[a-z-]+-[0-9]+";

    static class Async extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            String loop = Thread.currentThread().getName();
            return Blocking.call(() -> Thread.currentThread().getName()).thenCompose(call -> send(loop + " " + call));
        }
    }

    static class Blocked extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            String call =
                    Blocking.await(Blocking.call(() -> Thread.currentThread().getName()));
            send(Thread.currentThread().getName() + " " + call);
        }
    }

    private static String names(Supplier<? extends Consumer> consumer) {
        try (LiveServer server = LiveServer.start(Consumer.application(consumer));
                LiveWebsocket peer =
                        LiveWebsocket.builder(server.websocket("/")).build()) {
            peer.connect();
            peer.sendTo("names");
            return peer.receiveFrom();
        }
    }

    @Test
    void threadsOfServerHaveNames() {
        assertThat(names(Async::new)).matches(OURS + " " + OURS);
        assertThat(names(Blocked::new)).matches(OURS + " " + OURS);
    }

    @Test
    void threadsOfWorkerAndDelayedSendsHaveNames() {
        CompletableFuture<String> name = new CompletableFuture<>();
        InMemoryChannelLayer layer = InMemoryChannelLayer.create();
        class Job extends AsyncConsumer {
            @Handles("job")
            CompletionStage<Void> job() {
                name.complete(Thread.currentThread().getName()
                        + scope().get(Scope.CHANNEL).orElse(""));
                return done();
            }
        }
        try (Worker worker = Worker.builder(Consumer.application(Job::new), layer)
                .channels("jobs")
                .start()) {
            layer.sendLater("jobs", Message.of("job"), Duration.ofMillis(1));
            assertThat(name.orTimeout(10, TimeUnit.SECONDS).join()).matches("channels-worker-[0-9]+jobs");
            assertThat(worker.stoppedSince()).isEmpty();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(String::isEmpty)
                .contains("channels-delayed-sends");
    }
}
