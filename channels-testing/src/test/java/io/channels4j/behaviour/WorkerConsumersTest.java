package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Handles;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.routing.ChannelNameRouter;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.worker.Worker;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests workers that run routers and consumers. */
class WorkerConsumersTest {

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Disconnect> ends = new ConcurrentLinkedQueue<>();
    private final Queue<Object> consumers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);

    record Job(String name) {}

    class Thumbnails extends AsyncConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("busy");
        }

        @Handles("job.async")
        CompletionStage<Void> job(Job job) {
            consumers.add(this);
            seen.add(job.name() + " on " + scope().get(Scope.CHANNEL).orElse("?") + ", busy: "
                    + layer.groupSize("busy"));
            assertThat(Thread.currentThread()).isInstanceOf(NonBlocking.class);
            return CompletableFuture.completedFuture(null);
        }

        @Handles("job.bad")
        CompletionStage<Void> bad() {
            return CompletableFuture.failedFuture(new IllegalStateException("bad job"));
        }

        @Handles("job.forgiven")
        CompletionStage<Void> forgiven() {
            return CompletableFuture.failedFuture(new IllegalStateException("forgiven"));
        }

        @Override
        protected CompletionStage<Void> onError(Throwable failure, Event during) {
            return during.type().equals("job.forgiven")
                    ? CompletableFuture.completedFuture(null)
                    : super.onError(failure, during);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return super.disconnect(why);
        }
    }

    class Mail extends SyncConsumer {

        @Handles("mail.send")
        void send(Job job) {
            consumers.add(this);
            seen.add(job.name());
            assertThat(Thread.currentThread()).isNotInstanceOf(NonBlocking.class);
        }

        @Handles("mail.stuck")
        void stuck() {
            seen.add("stuck");
            try {
                release.await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
            }
        }

        @Override
        protected void disconnect(Disconnect why) {
            ends.add(why);
        }
    }

    @AfterEach
    void closeLayer() {
        release.countDown();
        layer.close();
    }

    @Test
    void createsAnAsyncConsumerPerMessage() {
        try (Worker worker = start("thumbnails")) {
            layer.send("thumbnails", Message.of("job.async", new Job("a")));
            layer.send("thumbnails", Message.of("job.async", new Job("b")));

            await().until(() -> worker.handled() == 2);
        }
        assertThat(seen).containsExactly("a on thumbnails, busy: 1", "b on thumbnails, busy: 1");
        assertThat(consumers).doesNotHaveDuplicates();
    }

    @Test
    void createsASyncConsumerPerMessage() {
        try (Worker worker = start("mail")) {
            layer.send("mail", Message.of("mail.send", new Job("a")));
            layer.send("mail", Message.of("mail.send", new Job("b")));

            await().until(() -> worker.handled() == 2);
        }
        assertThat(seen).containsExactly("a", "b");
        assertThat(consumers).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("P2: disconnects a worker's consumer once, after its message, and leaves the groups first")
    void disconnectsAfterItsMessage() {
        try (Worker worker = start("thumbnails", "mail")) {
            layer.send("thumbnails", Message.of("job.async", new Job("a")));
            layer.send("mail", Message.of("mail.send", new Job("b")));

            await().until(() -> worker.handled() == 2);
        }
        assertThat(ends).containsExactly(Disconnect.of("message handled"), Disconnect.of("message handled"));
        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
    }

    @Test
    void passesAFailureToDisconnectAndTakesTheNextMessage() {
        try (Worker worker = start("thumbnails")) {
            layer.send("thumbnails", Message.of("job.bad"));
            layer.send("thumbnails", Message.of("job.async", new Job("next")));

            await().until(() -> worker.handled() == 1);

            assertThat(worker.failed()).isEqualTo(1);
        }
        assertThat(ends.element().cause()).get().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ignoresAFailureThatTheErrorHookHandles() {
        try (Worker worker = start("thumbnails")) {
            layer.send("thumbnails", Message.of("job.forgiven"));

            await().until(() -> worker.handled() == 1);
        }
        assertThat(ends).containsExactly(Disconnect.of("message handled"));
    }

    @Test
    void failsAMessageWithoutAHandler() {
        try (Worker worker = start("mail")) {
            layer.send("mail", Message.of("mail.unknown"));
            layer.send("mail", Message.of("mail.send", new Job("next")));

            await().until(() -> worker.handled() == 1);

            assertThat(worker.failed()).isEqualTo(1);
        }
    }

    @Test
    void failsAMessageOfAChannelWithoutAConsumer() {
        try (Worker worker = start("unrouted", "mail")) {
            layer.send("unrouted", Message.of("mail.send", new Job("lost")));
            layer.send("mail", Message.of("mail.send", new Job("next")));

            await().until(() -> worker.handled() == 1 && worker.failed() == 1);
        }
        assertThat(seen).containsExactly("next");
    }

    @Test
    void handlesADelayedMessage() {
        try (Worker worker = start("mail")) {
            layer.sendLater("mail", Message.of("mail.send", new Job("later")), Duration.ofMillis(300));
            layer.send("mail", Message.of("mail.send", new Job("now")));

            await().until(() -> worker.handled() == 2);
        }
        assertThat(seen).containsExactly("now", "later");
    }

    @Test
    void stopInterruptsABlockedConsumer() {
        Worker worker = Worker.builder(application(), layer)
                .channels("mail")
                .drainTimeout(Duration.ofMillis(20))
                .applicationCloseTimeout(Duration.ofMillis(20))
                .start();
        layer.send("mail", Message.of("mail.stuck"));
        await().until(() -> seen.contains("stuck"));

        assertThat(worker.stop().toCompletableFuture()).succeedsWithin(10, TimeUnit.SECONDS);

        assertThat(seen).containsExactly("stuck", "interrupted");
        assertThat(ends).hasSize(1);
    }

    @Test
    void repliesToAWebSocketThroughItsChannel() {
        Application sockets = ProtocolTypeRouter.builder().websocket(Asker::new).build();
        Application workers =
                ChannelNameRouter.builder().channel("questions", Answerer::new).build();
        try (Worker worker =
                        Worker.builder(workers, layer).channels("questions").start();
                WebsocketCommunicator ada = WebsocketCommunicator.builder(sockets, "/")
                        .channelLayer(layer)
                        .build()) {
            ada.connect();

            ada.sendTo("six times seven");

            assertThat(ada.receiveFrom()).isEqualTo("six times seven is 42");
            await().until(() -> worker.handled() == 1);
        }
    }

    record Question(String text, String replyTo) {}

    record Answer(String text) {}

    static final class Asker extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return channelLayer().send("questions", Message.of("question", new Question(text, channelName())));
        }

        @Handles("answer")
        CompletionStage<Void> answer(Answer answer) {
            return send(answer.text());
        }
    }

    static final class Answerer extends AsyncConsumer {

        @Handles("question")
        CompletionStage<Void> question(Question question) {
            return channelLayer()
                    .send(question.replyTo(), Message.of("answer", new Answer(question.text() + " is 42")));
        }
    }

    private Worker start(String... channels) {
        return Worker.builder(application(), layer).channels(channels).start();
    }

    private Application application() {
        return ProtocolTypeRouter.builder()
                .channel(ChannelNameRouter.builder()
                        .channel("thumbnails", Thumbnails::new)
                        .channel("mail", Mail::new)
                        .build())
                .build();
    }
}
