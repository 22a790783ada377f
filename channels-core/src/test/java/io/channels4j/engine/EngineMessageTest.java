package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.CapturedLog;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EngineMessageTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ManualExecutor workers = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(3));

    @Test
    void keepsTheOrderOfMessagesAndEvents() {
        open(loop, new Note("first"));

        layer.groupSend("room", Message.of("m1"));
        loop.runAll();
        connection.deliver(new Note("a"));
        loop.runAll();
        layer.groupSend("room", Message.of("m2"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("first", "m1", "a", "m2");
    }

    @Test
    void holdsMessagesUntilTheFirstCallbackCompletes() {
        CompletableFuture<Void> connect = new CompletableFuture<>();
        callbacks.onEvent = event -> connect;
        open(loop, new Note("connect"));
        layer.groupSend("room", Message.of("m1"));
        loop.runAll();
        assertThat(callbacks.calls()).containsExactly("connect");

        connect.complete(null);
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "m1");
    }

    @Test
    void holdsMessagesThatArriveBeforeTheFirstEvent() {
        callbacks.layer = layer;
        Engine engine = engine(loop);
        engine.run();
        layer.send(engine.channel(), Message.of("m1"));
        layer.send(engine.channel(), Message.of("m2"));
        loop.runAll();
        assertThat(callbacks.calls()).isEmpty();

        connection.deliver(new Note("connect"), new Note("a"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "m1", "m2", "a");
    }

    @Test
    void countsHeldMessagesAsUnread() {
        callbacks.onEvent = event -> new CompletableFuture<>();
        Engine engine = open(loop, new Note("connect"));
        for (int i = 0; i < 3; i++) {
            layer.send(engine.channel(), Message.of("m"));
        }
        loop.runAll();

        assertThat(layer.send(engine.channel(), Message.of("m")).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void countsHandledMessagesAsRead() {
        Engine engine = open(loop, new Note("connect"));

        for (int i = 0; i < 10; i++) {
            assertThat(layer.send(engine.channel(), Message.of("m")).toCompletableFuture())
                    .isCompleted();
            loop.runAll();
        }

        assertThat(layer.dropped()).isZero();
    }

    @Test
    void joinsGroupsBeforeTheFirstCallback() {
        callbacks.onEvent = event -> {
            assertThat(layer.groupSize("room")).isEqualTo(1);
            return Stages.done();
        };

        open(loop, new Note("connect"));

        assertThat(callbacks.calls()).containsExactly("connect");
    }

    @Test
    void failureOfAMessageNamesItsType() {
        callbacks.onError = ScriptedCallbacks.CONTINUE;
        callbacks.onMessage = message -> CompletableFuture.failedFuture(new IllegalStateException("no"));
        open(loop, new Note("connect"));

        layer.groupSend("room", Message.of("m1"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "m1", "error no during m1");
    }

    @Test
    void sendsABroadcastWithoutAHandler() {
        open(loop, new Note("connect"));

        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();

        assertThat(connection.sent()).containsExactly(new Note("hi"));
        assertThat(callbacks.calls()).containsExactly("connect");
    }

    @Test
    void keepsTheOrderOfBroadcastsAndMessages() {
        callbacks.onMessage = message -> {
            connection.send(new Note(message.type()));
            return Stages.done();
        };
        open(loop, new Note("connect"));

        layer.groupSend("room", Message.of("m1"));
        layer.groupSend("room", Broadcast.text("hi"));
        layer.groupSend("room", Message.of("m2"));
        loop.runAll();

        assertThat(connection.sent()).containsExactly(new Note("m1"), new Note("hi"), new Note("m2"));
    }

    @Test
    void dropsAnUnsupportedBroadcastWithOneDebugLine() {
        callbacks.onBroadcast = broadcast -> null;
        try (CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            Engine engine = open(loop, new Note("connect"));

            for (int i = 0; i < 10; i++) {
                layer.send(engine.channel(), Broadcast.text("hi"));
                loop.runAll();
            }

            assertThat(connection.sent()).isEmpty();
            assertThat(layer.dropped()).isZero(); // the capacity is 3, but each broadcast counts as read
            assertThat(log.messages(Level.DEBUG)).hasSize(1);
        }
    }

    @Test
    void broadcastDoesNotWakeAnIdleBlockingConsumer() {
        open(workers, new Note("connect"));
        int wakings = workers.taken();

        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();

        assertThat(connection.sent()).containsExactly(new Note("hi"));
        assertThat(workers.taken()).isEqualTo(wakings);
    }

    @Test
    void broadcastWaitsForEarlierWorkOfABlockingConsumer() {
        callbacks.onMessage = message -> {
            connection.send(new Note(message.type()));
            return Stages.done();
        };
        open(workers, new Note("connect"));

        layer.groupSend("room", Message.of("m1"));
        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();
        assertThat(connection.sent()).isEmpty();

        workers.runAll();
        assertThat(connection.sent()).containsExactly(new Note("m1"), new Note("hi"));
    }

    @Test
    void broadcastWaitsForTheRunningCallback() {
        CompletableFuture<Void> handled = new CompletableFuture<>();
        callbacks.onMessage = message -> handled.thenRun(() -> connection.send(new Note(message.type())));
        open(loop, new Note("connect"));

        layer.groupSend("room", Message.of("m1"));
        loop.runAll();
        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();
        assertThat(connection.sent()).isEmpty();

        handled.complete(null);
        loop.runAll();
        assertThat(connection.sent()).containsExactly(new Note("m1"), new Note("hi"));
    }

    @Test
    void broadcastOfAStreamDelaysLaterMessagesUntilItIsAdmitted() {
        CompletableFuture<Void> admitted = new CompletableFuture<>();
        callbacks.waitsForBroadcasts = true;
        open(loop, new Note("connect"));
        connection.onSend(event -> admitted);

        layer.groupSend("room", Broadcast.text("hi"));
        layer.groupSend("room", Message.of("m1"));
        loop.runAll();
        assertThat(callbacks.calls()).containsExactly("connect");

        admitted.complete(null);
        loop.runAll();
        assertThat(callbacks.calls()).containsExactly("connect", "m1");
    }

    private Engine open(ManualExecutor executor, Event first) {
        callbacks.layer = layer;
        callbacks.groups = Set.of("room");
        Engine engine = engine(executor);
        engine.run();
        connection.deliver(first);
        executor.runAll();
        return engine;
    }

    private Engine engine(ManualExecutor executor) {
        return new Engine(connection.scope("test", loop).build(), connection, connection, callbacks, executor);
    }
}
