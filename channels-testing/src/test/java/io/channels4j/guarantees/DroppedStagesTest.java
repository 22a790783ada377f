package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.engine.LayerFailures;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.PartialProxy;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Failures of stages that a callback neither returned nor handled. */
class DroppedStagesTest {

    private static final String DROPPED = " dropped a stage that failed (expected: return it or handle its failure)";

    private final CapturedLog log = CapturedLog.of("io.channels4j");
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private WebsocketCommunicator peer;

    /** A layer whose group sends have the outcome of {@link #sent}. */
    private final ChannelLayer layer =
            PartialProxy.of(ChannelLayer.class, InMemoryChannelLayer.create(), Map.of("groupSend", () -> sent));

    @BeforeEach
    void noWarnings() {
        assertThat(warnings()).isEmpty();
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    private List<String> warnings() {
        return log.messagesFrom(Level.INFO);
    }

    private void connect(Supplier<? extends Consumer> consumer) {
        peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(layer)
                .timeout(Duration.ofSeconds(10))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
    }

    private void fail() {
        sent.completeExceptionally(new IllegalStateException("refused"));
    }

    private void ask(String text) {
        peer.sendTo(text);
        assertThat(peer.receiveFrom()).isEqualTo("done");
    }

    /** Drops, keeps or observes the stage of a group send. */
    static final class Forgetful extends AsyncWebsocketConsumer {

        private CompletionStage<Void> kept;

        @Override
        protected CompletionStage<Void> receive(String text) {
            CompletionStage<Void> stage = groupSend("room", Message.of("hello"));
            return switch (text) {
                case "drop" -> send("done");
                case "compose" -> {
                    stage.exceptionally(failure -> null);
                    yield send("done");
                }
                case "convert" -> {
                    kept = stage.toCompletableFuture();
                    yield send("done");
                }
                case "combine" -> send("done").thenCombine(stage, (one, other) -> one);
                case "late" -> send("done").thenCompose(done -> kept);
                default -> {
                    kept = stage;
                    yield send("done");
                }
            };
        }

        @Override
        protected CompletionStage<Void> onError(Throwable failure, Event during) {
            return send("error");
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            groupSend("room", Message.of("bye"));
            return super.disconnect(why);
        }
    }

    @Test
    @DisplayName("the failure of a dropped stage is logged once as a warning, with the callback that dropped it")
    void logsADroppedFailureOnce() {
        connect(Forgetful::new);
        ask("drop");
        ask("drop");
        ask("drop");

        fail();

        await().until(() -> log.failures().size() == 3);
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains(Forgetful.class.getName() + ".receive" + DROPPED)
                .endsWith("; later ones of this connection are logged at level DEBUG");
        assertThat(log.failures()).containsOnly("refused");
    }

    @Test
    @DisplayName("a stage that fails before it is returned to the callback is logged when the callback drops it")
    void logsAnEarlyFailure() {
        connect(Forgetful::new);
        fail();

        ask("drop");

        await().until(() -> !log.failures().isEmpty());
        assertThat(warnings()).singleElement().asString().contains(".receive" + DROPPED);
    }

    @Test
    @DisplayName("observed stages are not logged as dropped: composed, converted, combined or returned")
    void doesNotLogObservedStages() {
        connect(Forgetful::new);
        ask("compose");
        ask("convert");
        ask("combine");
        fail();

        assertThat(peer.receiveFrom()).isEqualTo("error"); // of the callback that combined
        ask("compose");
        ask("convert");
        assertThat(log.failures()).isEmpty();
    }

    @Test
    @DisplayName("a stage that fails while its callback is in progress may still be returned by it")
    void waitsForTheCallback() {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        class Patient extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                CompletionStage<Void> stage = groupSend("room", Message.of("hello"));
                begun.complete(null);
                return loaded.thenCompose(done -> stage).exceptionallyCompose(failure -> send("handled"));
            }
        }
        connect(Patient::new);
        peer.sendTo("go");
        assertThat(begun).succeedsWithin(Duration.ofSeconds(10));
        fail();
        assertThat(peer.receiveNothing()).isTrue();
        loaded.complete(null);

        assertThat(peer.receiveFrom()).isEqualTo("handled");
        peer.disconnect();
        assertThat(log.failures()).isEmpty();
    }

    @Test
    @DisplayName("P5: dropped failures of an unavailable layer cause one warning for all connections")
    void countsFailuresOfTheLayer() {
        long before = LayerFailures.count();
        connect(Forgetful::new);
        ask("drop");
        ask("drop");

        sent.completeExceptionally(new LayerUnavailableException("no layer", null));

        await().until(() -> log.failures().size() == 2);
        assertThat(LayerFailures.count()).isEqualTo(before + 2);
        assertThat(warnings()).noneMatch(line -> line.contains("dropped a stage"));
        assertThat(log.messages(Level.DEBUG)).anyMatch(line -> line.contains(".receive" + DROPPED));
    }

    @Test
    @DisplayName("disconnect is named as the callback that dropped a stage")
    void namesDisconnect() {
        connect(Forgetful::new);
        peer.disconnect();
        peer.close();

        fail();

        await().until(() -> !log.failures().isEmpty());
        assertThat(warnings()).singleElement().asString().contains(Forgetful.class.getName() + ".disconnect" + DROPPED);
    }

    static final class Database extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            Blocking.run(() -> {
                throw new IllegalStateException("no database");
            });
            return send("done");
        }
    }

    static final class BlockingDatabase extends WebsocketConsumer {
        @Override
        protected void receive(String text) {
            Blocking.run(() -> {
                throw new IllegalStateException("no database");
            });
            send("done");
        }
    }

    @Test
    @DisplayName("work of Blocking that fails is logged if an asynchronous callback drops its stage")
    void logsDroppedBlockingWork() {
        connect(Database::new);
        ask("go");

        await().until(() -> !log.failures().isEmpty());
        assertThat(warnings()).singleElement().asString().contains(Database.class.getName() + ".receive" + DROPPED);
    }

    @Test
    @DisplayName("work of Blocking that fails is logged if a blocking callback drops its stage")
    void logsDroppedWorkOfABlockingConsumer() {
        connect(BlockingDatabase::new);
        ask("go");

        await().until(() -> !log.failures().isEmpty());
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains(BlockingDatabase.class.getName() + ".receive" + DROPPED);
    }

    @Test
    @DisplayName("a dropped sequence that fails is logged")
    void logsADroppedSequence() {
        class Steps extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                inOrder(() -> groupSend("room", Message.of("hello")), () -> send("never"));
                return send("done");
            }
        }
        connect(Steps::new);
        ask("go");
        fail();

        await().until(() -> !log.failures().isEmpty());
        assertThat(warnings()).singleElement().asString().contains("Steps.receive" + DROPPED);
    }
}
