package io.channels4j.redis.queue.store;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ProbeLag;
import io.channels4j.redis.connection.RedisFailures;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks a partition's host whether this process still has its lease. A reply measures the lag, and a missing reply reveals a silent host.
 * If Redis has lost the lease, it is renewed immediately instead of with the next heartbeat.
 *
 * <p><b>Threads.</b> Confined to the control thread, except for {@link #lag}.
 */
final class LeaseProbe {

    /** A silent host is reported after the time-out divided by this number. */
    private static final int SILENCE_SHARE = 3;

    private final Partition partition;
    private final byte[] process;
    private final Duration timeout;
    private final ControlThread thread;
    private final Runnable onChange;
    private final ProbeLag lag = new ProbeLag();
    private boolean inFlight;
    private long sent;

    /** Why the host is regarded as silent, or why a node of a cluster cannot be reached; null if it answers. */
    private @Nullable Throwable silence;

    /**
     * Creates a probe.
     *
     * @param timeout how long a probe may be unanswered before the connection is replaced. The host counts as silent after a third of
     *     this time
     * @param onChange a task that runs when the host becomes silent and when it replies again
     */
    LeaseProbe(Partition partition, String process, Duration timeout, ControlThread thread, Runnable onChange) {
        this.partition = partition;
        this.process = bytes(process);
        this.timeout = timeout;
        this.thread = thread;
        this.onChange = onChange;
    }

    /** Sends a probe if the connection is established and no probe is in flight. Otherwise, checks how long a probe is unanswered. */
    void run() {
        if (inFlight) {
            checkSilence();
            return;
        }
        lag.probed();
        if (!partition.connection().isConnected()) {
            return;
        }
        inFlight = true;
        sent = System.nanoTime();
        Stages.ignore(partition
                .connection()
                .send(to -> to.zscore(bytes(partition.leases()), process))
                .whenComplete((score, failure) -> thread.execute(() -> completed(score, failure))));
    }

    private void checkSilence() {
        Duration waiting = Duration.ofNanos(System.nanoTime() - sent);
        if (waiting.compareTo(timeout) > 0) {
            partition.connection().reset(silent(waiting));
        } else if (silence == null && waiting.compareTo(timeout.dividedBy(SILENCE_SHARE)) > 0) {
            silence = silent(waiting);
            onChange.run();
        }
    }

    private static Throwable silent(Duration waiting) {
        return new ConnectionLostException("no answer for %d ms".formatted(waiting.toMillis()));
    }

    private void completed(@Nullable Double score, @Nullable Throwable failure) {
        inFlight = false;
        Throwable before = silence;
        silence = failure != null && RedisFailures.isRejected(failure) ? Stages.unwrap(failure) : null;
        if (failure == null) {
            lag.answered();
            if (score == null) {
                partition.leaseMissing();
            }
        } else if (Stages.unwrap(failure) instanceof RedisCommandTimeoutException timeout) {
            partition.connection().reset(timeout);
            return;
        }
        if ((before == null) != (silence == null) && partition.isActive()) {
            onChange.run();
        }
    }

    /** Records that the host has answered another command. */
    void answered() {
        silence = null;
    }

    /** Returns why the host is regarded as silent, or null if it is not. */
    @Nullable
    Throwable silence() {
        return silence;
    }

    Duration lag() {
        return lag.lag();
    }
}
