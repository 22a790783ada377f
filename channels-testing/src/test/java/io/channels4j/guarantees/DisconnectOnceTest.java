package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.channels4j.Disconnect;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** P2: {@code disconnect} runs exactly once, and no group membership outlives its connection. */
class DisconnectOnceTest {

    private final IllegalStateException broken = new IllegalStateException("broken");

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final BlockingQueue<Disconnect> ends = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> callback = new CompletableFuture<>();
    private final CountDownLatch entered = new CountDownLatch(1);

    @AfterEach
    void assertNoGroupOrChannelLeft() {
        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
        layer.close();
    }

    /** Executes the client's commands without blocking. */
    class Async extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return switch (text) {
                case "throw" -> throw broken;
                case "fail" -> CompletableFuture.failedFuture(broken);
                case "close" -> close(4001, "enough");
                case "wait" -> {
                    entered.countDown();
                    yield callback;
                }
                default -> send(text);
            };
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Executes the client's commands on a blocking thread. */
    class Sync extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected void receive(String text) {
            switch (text) {
                case "throw", "fail" -> throw broken;
                case "close" -> close(4001, "enough");
                case "wait" -> {
                    entered.countDown();
                    callback.join();
                }
                default -> send(text);
            }
        }

        @Override
        protected void disconnect(Disconnect why) {
            ends.add(why);
        }
    }

    enum Kind {
        ASYNC,
        SYNC
    }

    private Supplier<? extends Consumer> consumer(Kind kind) {
        return kind == Kind.ASYNC ? Async::new : Sync::new;
    }

    private WebsocketCommunicator.Builder builder(Supplier<? extends Consumer> consumer) {
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(layer)
                .timeout(Duration.ofSeconds(10));
    }

    private WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        return connected(builder(consumer));
    }

    private WebsocketCommunicator connected(WebsocketCommunicator.Builder builder) {
        WebsocketCommunicator peer = builder.build();
        assertThat(peer.connect().accepted()).isTrue();
        assertThat(layer.groupSize("room")).isEqualTo(1);
        return peer;
    }

    private void assertOneEnd(int code) {
        assertThat(ends).singleElement().satisfies(why -> assertThat(why.code()).hasValue(code));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when the peer closes")
    void peerCloses(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.disconnect(4000);
        }

        assertOneEnd(4000);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when the connection breaks")
    void connectionBreaks(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.disconnect(1006);
        }

        assertOneEnd(1006);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when the application closes, with the code that the peer echoes")
    void applicationCloses(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("close");
            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4001, "enough"));
        }

        assertOneEnd(4001);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when both sides close simultaneously")
    void bothSidesClose(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("close");
            peer.disconnect(4000);
        }

        assertThat(ends).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when a callback throws")
    void callbackThrows(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("throw");
            assertThatThrownBy(peer::receiveFrom).isSameAs(broken);
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
        }

        assertOneEnd(1011);
        assertThat(ends.element().cause()).containsSame(broken);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when a callback's stage fails")
    void stageFails(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("fail");
            assertThatThrownBy(peer::receiveFrom).isSameAs(broken);
        }

        assertOneEnd(1011);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when a callback throws; messages queued after it are not handled")
    void dropsMessagesQueuedAfterAFailure(Kind kind) {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("throw");
            peer.sendTo("echo");
            peer.sendTo("throw");
            assertThatThrownBy(peer::receiveFrom).isSameAs(broken);
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
            assertThat(peer.receiveNothing()).isTrue();
        }

        assertOneEnd(1011);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when the peer closes while a callback runs: groups are left immediately, disconnect follows the"
            + " callback")
    void peerClosesWhileCallbackRuns(Kind kind) throws Exception {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("wait");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> peer.disconnect(4000));

            Awaitility.await().until(() -> layer.groupCount() == 0);
            assertThat(ends).isEmpty();

            callback.complete(null);
            assertThat(leaving).succeedsWithin(Duration.ofSeconds(20));
        }

        assertOneEnd(4000);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: when the peer closes while a callback runs that then fails")
    void callbackFailsAfterThePeerCloses(Kind kind) throws Exception {
        try (WebsocketCommunicator peer = connected(consumer(kind))) {
            peer.sendTo("wait");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> peer.disconnect(4000));
            Awaitility.await().until(() -> layer.groupCount() == 0);

            callback.completeExceptionally(broken);

            assertThat(leaving.handle((nothing, failure) -> true)).succeedsWithin(Duration.ofSeconds(20));
        }

        assertOneEnd(4000);
    }

    @Test
    @DisplayName("P2: an asynchronous callback is abandoned after the close timeout and named in the log; its late end"
            + " changes nothing")
    void namesTheAbandonedCallback() throws Exception {
        try (CapturedLog log = CapturedLog.of("io.channels4j")) {
            WebsocketCommunicator peer =
                    connected(builder(Async::new).scope(facts -> facts.closeTimeout(Duration.ofMillis(50))));
            try (peer) {
                peer.sendTo("wait");
                assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
                peer.disconnect(4000);
                callback.complete(null);
            }

            assertOneEnd(4000);
            assertThat(log.messagesFrom(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains(Async.class.getName(), "websocket.receive", "abandoned");
        }
    }

    @Test
    @DisplayName("P2: a blocking callback is interrupted after the close timeout, and its stack is logged")
    void interruptsABlockedCallback() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        class Stuck extends Sync {
            @Override
            protected void receive(String text) {
                entered.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
        }
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator peer =
                        connected(builder(Stuck::new).scope(facts -> facts.closeTimeout(Duration.ofMillis(50))))) {
            peer.sendTo("go");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            peer.disconnect(4000);

            assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
            assertOneEnd(4000);
            assertThat(log.messagesFrom(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("interrupted", "Stuck.receive");
        }
    }

    @Test
    @DisplayName("P2: a blocking callback that ignores its interruption is abandoned one second later")
    void abandonsACallbackThatIgnoresInterruption() throws Exception {
        class IgnoringInterruption extends Sync {
            @Override
            protected void receive(String text) {
                entered.countDown();
                callback.join(); // ignores the interrupt
            }
        }
        try (WebsocketCommunicator peer = connected(
                builder(IgnoringInterruption::new).scope(facts -> facts.closeTimeout(Duration.ofMillis(50))))) {
            peer.sendTo("go");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            peer.disconnect(4000);
            assertOneEnd(4000);

            callback.complete(null);
        }

        assertOneEnd(4000);
    }

    @Test
    @DisplayName("P2: a disconnect that never completes is abandoned after the close timeout")
    void abandonsADisconnectThatNeverCompletes() {
        class Endless extends Async {
            @Override
            protected CompletionStage<Void> disconnect(Disconnect why) {
                ends.add(why);
                return new CompletableFuture<>();
            }
        }
        try (WebsocketCommunicator peer =
                connected(builder(Endless::new).scope(facts -> facts.closeTimeout(Duration.ofMillis(50))))) {
            peer.disconnect(4000);
        }

        assertOneEnd(4000);
    }

    @Test
    @DisplayName("P2: a disconnect that fails is logged and not repeated")
    void logsAFailingDisconnect() {
        class Failing extends Async {
            @Override
            protected CompletionStage<Void> disconnect(Disconnect why) {
                ends.add(why);
                throw broken;
            }
        }
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator peer = connected(Failing::new)) {
            peer.disconnect(4000);

            assertOneEnd(4000);
            assertThat(log.messagesFrom(Level.WARN)).singleElement().asString().contains("disconnect failed");
        }
    }
}
