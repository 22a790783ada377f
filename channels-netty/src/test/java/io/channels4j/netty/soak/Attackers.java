package io.channels4j.netty.soak;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs all attacks concurrently, each in its own task, until it is stopped or closed. */
final class Attackers implements AutoCloseable {

    private static final int ROUND_MILLIS = 500;

    private final List<Attack> attacks = Stream.of(HttpAttacks.all(), WebSocketAttacks.all(), Http2Attacks.all())
            .flatMap(List::stream)
            .toList();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(attacks.size());

    Attackers(InetSocketAddress server) {
        for (Attack attack : attacks) {
            threads.scheduleWithFixedDelay(() -> attack.round(server), 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the rounds. Connections stay open. */
    List<Attack> stop() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
            throw new AssertionError("an attack does not end");
        }
        return attacks;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        attacks.forEach(Attack::close);
    }
}
