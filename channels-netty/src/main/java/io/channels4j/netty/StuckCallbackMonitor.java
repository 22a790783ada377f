package io.channels4j.netty;

import io.channels4j.engine.CallbackWatch;
import io.channels4j.engine.StuckCallbacks;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.settings.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks for callbacks that do not come back, on a thread of its own: an event loop that is held up cannot say so. */
final class StuckCallbackMonitor implements AutoCloseable {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(5);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    private final ScheduledExecutorService thread;

    private StuckCallbackMonitor(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /** Starts to look, unless the settings say that nobody wants to know. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the thread
    static StuckCallbackMonitor start(Collection<EventLoopState> loops, Settings settings) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "channels-netty-watchdog");
            created.setDaemon(true);
            return created;
        });
        Duration limit = settings.stuckCallback();
        if (!limit.isZero()) {
            List<CallbackWatch> watches =
                    loops.stream().map(EventLoopState::watch).toList();
            StuckCallbacks stuck = new StuckCallbacks(limit, watches);
            long interval = interval(limit).toNanos();
            thread.scheduleWithFixedDelay(
                    () -> stuck.look(settings.nanos().getAsLong()), interval, interval, TimeUnit.NANOSECONDS);
        }
        return new StuckCallbackMonitor(thread);
    }

    private static Duration interval(Duration limit) {
        Duration eighth = limit.dividedBy(8);
        if (eighth.compareTo(SHORTEST_INTERVAL) < 0) {
            return SHORTEST_INTERVAL;
        }
        return eighth.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : eighth;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
