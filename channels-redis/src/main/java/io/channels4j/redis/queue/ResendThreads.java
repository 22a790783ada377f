package io.channels4j.redis.queue;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which a layer handles failed sends and sends messages again. They are separate from the threads that read from Redis or
 * reconnect, so that those do not wait for sends. They end when they are unused, and do not keep the JVM running.
 */
final class ResendThreads {

    private static final int MAX_THREADS = 2;
    private static final Duration UNUSED_LIMIT = Duration.ofSeconds(1);

    private ResendThreads() {}

    static Executor start() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                UNUSED_LIMIT.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(), // bounded by the limit for unanswered messages
                task -> {
                    Thread made = new Thread(task, "channels-redis-resend");
                    made.setDaemon(true);
                    return made;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
