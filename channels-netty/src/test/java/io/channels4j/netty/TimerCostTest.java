package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebSocketConnect;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Measures the cost of timers for many connections on one Netty event loop. */
class TimerCostTest {

    private static final int CONNECTIONS = 100_000;

    /** The upper bound for one heartbeat, including its timer, the event loop's entry and the action. */
    private static final long MAX_BYTES = 256;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final EventLoop loop = new DefaultEventLoop();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private long allocated;
    private int connections;

    @AfterEach
    void endLoop() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    final class Beating extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            every(Duration.ofSeconds(30), () -> send("heartbeat"));
            connections++;
            allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
            return accept();
        }
    }

    private CompletionStage<Void> serve() {
        List<Event> events = new ArrayList<>(List.of(new WebSocketConnect()));
        return new Beating()
                .serve(
                        Scope.builder("websocket").executor(loop).closed(closed).build(),
                        () -> events.isEmpty()
                                ? new CompletableFuture<>()
                                : CompletableFuture.completedFuture(events.remove(0)),
                        event -> CompletableFuture.completedFuture(null));
    }

    private void onLoop(Runnable task) throws ExecutionException, InterruptedException, TimeoutException {
        loop.submit(task).get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("100,000 connections with a heartbeat of 30 s cost no thread and at most 256 bytes each")
    void aHeartbeatCostsNoThreadAndLittleMemory() throws Exception {
        onLoop(this::serve); // loads the classes
        onLoop(() -> {});
        allocated = 0;
        connections = 0;
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        onLoop(() -> {
            for (int i = 0; i < CONNECTIONS; i++) {
                serve();
            }
        });
        onLoop(() -> {}); // the callbacks run in separate tasks
        assertThat(connections).isEqualTo(CONNECTIONS);

        assertThat(allocated / CONNECTIONS).isBetween(1L, MAX_BYTES);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .noneMatch(thread -> thread.getName().startsWith("channels"));
        closed.complete(null);
    }
}
