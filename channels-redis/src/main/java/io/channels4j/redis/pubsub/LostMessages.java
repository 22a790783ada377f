package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.RedisStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts messages that were lost after their sends had completed. Reports the counts to the listeners after a short pause. The limit on
 * unanswered messages also limits the number of entries. Thread-safe.
 */
public final class LostMessages {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ControlThread control;
    private final RedisStatus status;
    private final Map<String, Long> counts = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    public LostMessages(ControlThread control, RedisStatus status) {
        this.control = control;
        this.status = status;
    }

    /** Records one message to a group or channel. */
    public void lost(String target) {
        counts.merge(target, 1L, Long::sum);
        if (scheduled.compareAndSet(false, true)) {
            control.schedule(PAUSE, this::report);
        }
    }

    private void report() {
        scheduled.set(false);
        for (String target : List.copyOf(counts.keySet())) {
            Long count = counts.remove(target);
            if (count != null) {
                status.messagesLost(target, count);
            }
        }
    }
}
