package io.channels4j.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Where the engine's few timers run: on the connection's own event loop where that can wait, else on one daemon thread. */
final class Timers {

    private Timers() {}

    static ScheduledExecutorService on(Executor home) {
        return home instanceof ScheduledExecutorService loop ? loop : Shared.TIMER;
    }

    private static final class Shared {

        static final ScheduledExecutorService TIMER = create();

        private Shared() {}

        private static ScheduledExecutorService create() {
            ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "channels-timer");
                thread.setDaemon(true);
                return thread;
            });
            timer.setRemoveOnCancelPolicy(true);
            timer.setKeepAliveTime(1, TimeUnit.MINUTES);
            timer.allowCoreThreadTimeOut(true);
            return timer;
        }
    }
}
