package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineOrderTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final Engine engine =
            new Engine(connection.scope("test", loop).build(), connection, connection, callbacks, loop);

    @Test
    void callsCallbacksInTheOrderOfTheEvents() {
        engine.run();

        connection.deliver(new Note("a"), new Note("b"), new Note("c"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("a", "b", "c");
    }

    @Test
    void callsCallbacksOnTheExecutorOnly() {
        engine.run();

        connection.deliver(new Note("a"));

        assertThat(callbacks.calls()).isEmpty();
    }

    @Test
    void waitsForTheStageOfThePreviousCallback() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        callbacks.onEvent = event -> event.equals(new Note("a")) ? first : Stages.done();
        engine.run();
        connection.deliver(new Note("a"), new Note("b"));
        loop.runAll();
        assertThat(callbacks.calls()).containsExactly("a");

        first.complete(null);
        assertThat(callbacks.calls())
                .containsExactly("a"); // the thread that completes a stage does not run the next callback

        loop.runAll();
        assertThat(callbacks.calls()).containsExactly("a", "b");
    }

    @Test
    void acceptsMinimalStages() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        callbacks.onEvent = event -> first.minimalCompletionStage();
        engine.run();
        connection.deliver(new Note("a"), new Note("b"));
        loop.runAll();

        first.complete(null);
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("a", "b");
    }

    @Test
    void runsCompletedCallbacksInOneTask() {
        connection.deliver(notes(50));
        engine.run();

        loop.runAll();

        assertThat(callbacks.calls()).hasSize(50);
        assertThat(loop.taken()).isEqualTo(1);
    }

    @Test
    void requestsAtMostSixtyFourEventsWhileACallbackRuns() {
        connection.deliver(notes(200));

        engine.run();

        assertThat(connection.unrequested()).isEqualTo(200 - EventReader.MAX_EVENTS);
        assertThat(connection.isReceiving()).isFalse();
    }

    @Test
    @DisplayName("P3: events of at most 1 MiB, and one more, wait for callbacks")
    void requestsAtMostOneMebibyteWhileACallbackRuns() {
        callbacks.payloadBytes = 300 * 1024;
        connection.deliver(notes(200));

        engine.run();

        assertThat(connection.unrequested()).isEqualTo(200 - 4);
        assertThat(connection.isReceiving()).isFalse();

        loop.runAll();

        assertThat(callbacks.calls()).hasSize(200);
        assertThat(connection.isReceiving()).isTrue();
    }

    @Test
    void requestsMoreEventsWhenThereIsRoom() {
        connection.deliver(notes(200));
        engine.run();

        loop.runAll();

        assertThat(callbacks.calls()).hasSize(200);
        assertThat(callbacks.calls())
                .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "n" + i).toList());
        assertThat(connection.isReceiving()).isTrue();
    }

    @Test
    void continuesWhenTheErrorHookHandlesAFailure() {
        callbacks.onError = ScriptedCallbacks.CONTINUE;
        callbacks.onEvent = EngineOrderTest::throwOnBad;
        engine.run();

        connection.deliver(new Note("bad"), new Note("b"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("bad", "error bad during note", "b");
    }

    @Test
    void treatsAFailedStageAsAFailure() {
        callbacks.onError = ScriptedCallbacks.CONTINUE;
        callbacks.onEvent = event -> CompletableFuture.supplyAsync(
                () -> {
                    throw new IllegalStateException("late");
                },
                loop);
        engine.run();

        connection.deliver(new Note("a"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("a", "error late during note");
    }

    @Test
    void waitsForTheErrorHookBeforeTheNextCallback() {
        CompletableFuture<Void> decision = new CompletableFuture<>();
        callbacks.onError = failure -> decision;
        callbacks.onEvent = EngineOrderTest::throwOnBad;
        engine.run();
        connection.deliver(new Note("bad"), new Note("b"));
        loop.runAll();
        assertThat(callbacks.calls()).containsExactly("bad", "error bad during note");

        decision.complete(null);
        loop.runAll();

        assertThat(callbacks.calls()).last().isEqualTo("b");
    }

    @Test
    void ignoresSendsAfterTheEnd() {
        callbacks.onEvent = event -> CompletableFuture.failedFuture(new ConnectionClosedException("closed"));
        engine.run();

        connection.deliver(new Note("a"), new Note("b"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("a", "b");
    }

    @Test
    void hereCompletesOnTheExecutorOfTheCallbacks() {
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        List<String> seen = new ArrayList<>();
        engine.onExecutor(elsewhere).thenAccept(seen::add);

        elsewhere.complete("done");
        assertThat(seen).isEmpty();

        loop.runAll();
        assertThat(seen).containsExactly("done");
    }

    @Test
    void sendsEventsInOrder() {
        engine.run();

        engine.send(new Note("a"));
        engine.send(new Note("b"));

        assertThat(connection.sent()).containsExactly(new Note("a"), new Note("b"));
    }

    private static CompletableFuture<Void> throwOnBad(Event event) {
        if (event.equals(new Note("bad"))) {
            throw new IllegalStateException("bad");
        }
        return CompletableFuture.completedFuture(null);
    }

    private static Event[] notes(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Note("n" + i)).toArray(Event[]::new);
    }
}
