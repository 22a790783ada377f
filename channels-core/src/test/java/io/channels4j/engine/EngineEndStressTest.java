package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests connections that end in two or three ways at the same time. */
class EngineEndStressTest {

    private static final int CONNECTIONS = 2_000;

    /** All ways in which a connection can end. */
    private enum End {
        PEER_LEAVES,
        TRANSPORT_CLOSES,
        RECEIVER_FAILS,
        APPLICATION_COMPLETES,
        CALLBACK_THROWS,
        CALLBACK_FAILS,
        CALLBACK_NEVER_ENDS,
        MESSAGE_THROWS,
        ERROR_HOOK_THROWS,
        SENDER_THROWS,
        OVERLOAD,
        EXECUTOR_ENDS
    }

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    @DisplayName("P2: disconnect runs exactly once however many ends of a connection coincide")
    @SuppressWarnings("try") // the captured log is not read, only kept off the console
    void disconnectsOnce() throws Exception {
        BlockingExecutor workers = BlockingExecutor.pooled("stress-worker", 4);
        ExecutorService enders = Executors.newFixedThreadPool(3);
        TestEventLoop loop = new TestEventLoop();
        try (CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            for (int i = 0; i < CONNECTIONS; i++) {
                List<End> ends = new ArrayList<>(List.of(End.values()));
                Collections.shuffle(ends, random);
                new Connection(loop, random.nextBoolean() ? workers : null, ends.subList(0, 2 + random.nextInt(2)))
                        .run(enders, "seed %d, connection %d".formatted(seed, i));
            }
        } finally {
            enders.shutdownNow();
            loop.close();
        }
    }

    private static final class Connection {

        private final List<End> ends;
        private final ScriptedConnection wire = new ScriptedConnection();
        private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
        private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
        private final AtomicReference<Engine> engine = new AtomicReference<>();
        private final CompletableFuture<Void> connected = new CompletableFuture<>();
        private final CompletableFuture<Void> result;

        Connection(TestEventLoop loop, BlockingExecutor workers, List<End> ends) {
            this.ends = ends;
            callbacks.layer = layer;
            callbacks.groups = Set.of("room");
            callbacks.onEvent = event -> onEvent((Note) event);
            callbacks.onMessage = message -> {
                throw new IllegalStateException("message");
            };
            callbacks.onError = ends.contains(End.ERROR_HOOK_THROWS)
                    ? failure -> {
                        throw new IllegalStateException("hook");
                    }
                    : ScriptedCallbacks.FAIL;
            boolean shutsDown = ends.contains(End.EXECUTOR_ENDS);
            ExecutorService own = shutsDown ? Executors.newSingleThreadExecutor() : null;
            Scope scope = wire.scope("test", own == null ? loop : own)
                    .closeTimeout(Duration.ofMillis(20))
                    .build();
            this.ownExecutor = own;
            Engine created = new Engine(scope, wire, wire, callbacks, workers == null ? scope.executor() : workers);
            engine.set(created);
            result = created.run().toCompletableFuture();
        }

        private final ExecutorService ownExecutor;

        private CompletionStage<Void> onEvent(Note note) {
            return switch (note.text()) {
                case "connect" -> {
                    connected.complete(null);
                    yield Stages.done();
                }
                case "throw" -> throw new IllegalStateException("callback");
                case "overload" -> throw new OverloadedException("full");
                case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("stage"));
                case "never" -> new CompletableFuture<>();
                case "complete" -> engine.get().send(new Last("complete"));
                default -> Stages.done();
            };
        }

        void run(ExecutorService enders, String description) throws Exception {
            wire.deliver(new Note("connect"));
            connected.get(10, SECONDS);
            CyclicBarrier start = new CyclicBarrier(ends.size());
            List<Future<?>> running = new ArrayList<>();
            for (End end : ends) {
                running.add(enders.submit(() -> {
                    start.await(10, SECONDS);
                    perform(end);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(10, SECONDS);
            }
            wire.closeTransport();
            result.handle((nothing, failure) -> Stages.NOTHING).get(10, SECONDS);

            assertThat(callbacks.disconnects()).as("%s: %s", description, ends).hasSize(1);
            assertThat(callbacks.calls())
                    .as("%s: %s", description, ends)
                    .last()
                    .asString()
                    .startsWith("disconnect");
            assertThat(layer.groupCount() + layer.channelCount())
                    .as(description)
                    .isZero();
            if (ownExecutor != null) {
                ownExecutor.shutdownNow();
            }
            layer.close();
        }

        private synchronized void deliver(String note) {
            wire.deliver(new Note(note));
        }

        private void perform(End end) {
            switch (end) {
                case PEER_LEAVES -> {
                    synchronized (this) {
                        wire.deliver(new Last("left"));
                    }
                }
                case TRANSPORT_CLOSES -> wire.closeTransport();
                case RECEIVER_FAILS -> {
                    synchronized (this) {
                        if (wire.isReceiving()) {
                            wire.failReceiver(new IllegalStateException("receiver"));
                        }
                    }
                }
                case APPLICATION_COMPLETES -> deliver("complete");
                case CALLBACK_THROWS, ERROR_HOOK_THROWS -> deliver("throw");
                case CALLBACK_FAILS -> deliver("fail");
                case CALLBACK_NEVER_ENDS -> deliver("never");
                case MESSAGE_THROWS -> layer.groupSend("room", Message.of("hello"));
                case SENDER_THROWS -> {
                    wire.onSend(event -> {
                        throw new IllegalStateException("sender");
                    });
                    deliver("complete");
                }
                case OVERLOAD -> deliver("overload");
                case EXECUTOR_ENDS -> ownExecutor.shutdown();
            }
        }
    }
}
