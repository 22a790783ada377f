package io.channels4j.netty;

import static org.awaitility.Awaitility.await;

import io.channels4j.netty.eventloop.EventLoopThread;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A clock that the test advances. It detects when the event loop has read the new time. Supports only servers with one event
 * loop.
 */
final class TickingClock implements InstantSource {

    private static final int MAX_SECONDS = 200;

    private final AtomicInteger reads = new AtomicInteger();
    private volatile Instant now = Instant.EPOCH;

    /** Configures a server to use this clock and to check its time-outs at short intervals. */
    NettyServerBuilder configure(NettyServerBuilder builder) {
        return builder.port(0)
                .transport(TransportSettings.defaults().withEventLoopThreads(1))
                .outbound(OutboundSettings.defaults())
                .timeouts(ServerTimeouts.defaults()
                        .withLifespan(Duration.ZERO)
                        .withClock(this)
                        .withStuckCallback(Duration.ofMillis(40)));
    }

    @Override
    public Instant instant() {
        if (Thread.currentThread() instanceof EventLoopThread) {
            reads.incrementAndGet();
        }
        return now;
    }

    /** Advances the clock by one second, and waits until the event loop has read the new time. */
    void second() {
        now = now.plusSeconds(1);
        int before = reads.get();
        await().pollInterval(Duration.ofMillis(2)).until(() -> reads.get() > before + 3);
    }

    /** Advances the clock until a condition holds. Returns the number of seconds by which it was advanced. */
    int secondsUntil(BooleanSupplier condition, Runnable eachSecond) {
        for (int seconds = 0; seconds < MAX_SECONDS; seconds++) {
            if (condition.getAsBoolean()) {
                return seconds;
            }
            eachSecond.run();
            second();
        }
        throw new AssertionError("the condition does not hold after %d s".formatted(MAX_SECONDS));
    }
}
