package io.channels4j.redis.queue.store;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.wire.Keys;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys on one Redis node, and this process's lease for this partition. Until the lease expires, other processes send to this
 * process's inbox and do not return its unacknowledged messages to their queues.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code UNUSED}</td><td>first use, {@link #activate}</td><td>{@code CONNECTING}</td></tr>
 * <tr><td>{@code CONNECTING}, {@code LEASED}, {@code UNREACHABLE}</td><td>the lease was renewed</td><td>{@code LEASED}</td></tr>
 * <tr><td>{@code CONNECTING}, {@code LEASED}, {@code UNREACHABLE}</td><td>a renewal failed or the connection was lost</td>
 * <td>{@code UNREACHABLE}</td></tr>
 * <tr><td>any</td><td>{@link #close}</td><td>{@code CLOSED}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Changed on the control thread only. Key names, the state, the clock and the lag may be read from any thread.
 */
public final class Partition {

    private static final Duration RETRY = Duration.ofMillis(500);

    private enum State {
        UNUSED,
        CONNECTING,
        LEASED,
        UNREACHABLE,
        CLOSED
    }

    private final String name;
    private final int host;
    private final CommandConnection connection;
    private final Keys keys;
    private final String process;
    private final QueueSettings settings;
    private final ControlThread thread;
    private final Listener listener;
    private final LeaseProbe probe;
    private volatile State state = State.UNUSED;
    private ControlThread.Cancellable nextRenewal = () -> {};
    private boolean renewing;
    private @Nullable Throwable failure;

    /**
     * Whether Redis should have the lease. False before the first renewal and after a flush.
     */
    private boolean leaseExpected;

    /** The Redis clock minus this process's monotonic clock, in milliseconds. */
    private volatile long clockOffset;

    /** The id of the entry of this process's inbox that was read last. */
    private volatile String lastRead = "0-0";

    /** A listener that is notified on the control thread. */
    public interface Listener {

        /**
         * The lease was renewed.
         *
         * @param expired whether Redis had lost the lease or the inbox. Other processes may then have removed this process from groups,
         *     and messages to it may be lost
         * @param firstDue when the first delayed message is due on the Redis clock, in milliseconds; -1 if there is none
         */
        void leaseRenewed(Partition partition, boolean expired, long firstDue);

        /** Redis is unreachable. Called after every failed renewal and every lost connection. */
        void unreachable(Partition partition, Throwable cause);

        /** Redis has become silent, although the connection is open, or replies again; see {@link #failure}. */
        void silenceChanged(Partition partition);
    }

    Partition(
            String name,
            int host,
            CommandConnection connection,
            String process,
            QueueSettings settings,
            ControlThread thread,
            Listener listener) {
        this.name = name;
        this.host = host;
        this.connection = connection;
        this.keys = settings.keys();
        this.process = process;
        this.settings = settings;
        this.thread = thread;
        this.listener = listener;
        this.probe =
                new LeaseProbe(this, process, settings.hosts().timeout(), thread, () -> listener.silenceChanged(this));
    }

    /** Returns the index of the host. */
    public int host() {
        return host;
    }

    /** Returns the name of this process. */
    public String process() {
        return process;
    }

    /** Returns the connection for commands that do not block. */
    public CommandConnection connection() {
        return connection;
    }

    /** Returns the key of the leases of all processes. */
    public String leases() {
        return keys.tagged(name, "leases");
    }

    /** Returns the key of the delayed messages. */
    public String delayed() {
        return keys.tagged(name, "delayed");
    }

    /** Returns the key of a process's inbox. */
    public String inbox(String ofProcess) {
        return keys.tagged(name, "inbox") + ":" + ofProcess;
    }

    /** Returns the key of the stream that interrupts this process's blocking read of work queues. */
    public String wake() {
        return keys.tagged(name, "wake") + ":" + process;
    }

    /** Returns the key of a group's members. */
    public String group(String group) {
        return keys.tagged(name, "group", group);
    }

    /** Returns the key of a work queue. */
    public String queue(String channel) {
        return keys.tagged(name, "queue", channel);
    }

    /** Returns the key of a queue for the stored form of its name. */
    public String queueShown(String shownName) {
        return keys.tagged(name, "queue") + ":" + shownName;
    }

    /** Returns the form of a channel's name that is stored in Redis. */
    public String shown(String channel) {
        return keys.shown(channel);
    }

    /** Returns true if names are stored as hashes. */
    public boolean hidesNames() {
        return keys.hidesNames();
    }

    /** Returns the key of a work queue's messages in one format that some processes cannot read. */
    public String heldWork(String channel, String format) {
        return keys.tagged(name, "held", channel) + ":" + format;
    }

    /** Returns the key of the formats of a work queue's held messages. */
    public String heldFormats(String channel) {
        return keys.tagged(name, "formats", channel);
    }

    /** Returns the key of the dead letters of all work queues. */
    public String deadLetters() {
        return keys.tagged(name, "dead");
    }

    /** Returns the key of the total size of the dead letters. */
    public String deadLetterBytes() {
        return keys.tagged(name, "dead-bytes");
    }

    /** Returns true after the first use, until the partition is closed. */
    public boolean isActive() {
        return switch (state) {
            case CONNECTING, LEASED, UNREACHABLE -> true;
            case UNUSED, CLOSED -> false;
        };
    }

    /** Returns true if this process holds a lease, and the last renewal succeeded. */
    public boolean isReachable() {
        return state == State.LEASED;
    }

    /** Returns true until the first renewal has succeeded or failed. */
    public boolean isPending() {
        return state == State.UNUSED || state == State.CONNECTING;
    }

    /** Returns why the partition is unreachable or silent, or null if it is neither. */
    public @Nullable Throwable failure() {
        return failure == null ? probe.silence() : failure;
    }

    /** Returns an estimate of the Redis clock, in milliseconds. */
    public long clock() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + clockOffset;
    }

    /** Adjusts the estimate of the Redis clock. */
    public void setClock(long millis) {
        clockOffset = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Returns the id of the entry of this process's inbox that was read last. */
    public String lastRead() {
        return lastRead;
    }

    /** Records the id of the entry that was read last. Called by the reader of the inbox only. */
    public void setLastRead(String id) {
        lastRead = id;
    }

    /** Returns a new, unique version for a group. */
    public static byte[] newGroupVersion() {
        return bytes(UUID.randomUUID().toString());
    }

    /** Acquires a lease and keeps renewing it. Has no effect after the first call. */
    public void activate() {
        if (state != State.UNUSED) {
            return;
        }
        state = State.CONNECTING;
        Throwable connectionFailure = connection.failure();
        if (connectionFailure != null) {
            unreachable(connectionFailure);
        }
        renew();
    }

    /** Acquires a new lease after a flush has removed all keys. */
    public void renewAfterFlush() {
        leaseExpected = false;
        renew();
    }

    /** Renews the lease now. Has no effect while a renewal is in flight, or without a connection. */
    public void renew() {
        if (!isActive() || renewing || !connection.isConnected()) {
            return;
        }
        renewing = true;
        nextRenewal.cancel();
        Stages.ignore(connection
                .run(
                        QueueScript.RENEW_LEASE,
                        List.of(leases(), inbox(process), wake(), delayed()),
                        bytes(process),
                        bytes(settings.lease().toMillis()),
                        bytes(lastRead))
                .whenComplete((reply, cause) -> thread.execute(() -> renewalCompleted(reply, cause))));
    }

    private void renewalCompleted(@Nullable List<Object> reply, @Nullable Throwable cause) {
        renewing = false;
        if (!isActive()) {
            return;
        }
        if (reply == null) {
            renewalFailed(cause == null ? null : Stages.unwrap(cause));
            return;
        }
        setClock((long) reply.get(1));
        boolean lost = (long) reply.get(0) == 0 || (long) reply.get(3) == 0;
        boolean expired = leaseExpected && lost;
        leaseExpected = true;
        state = State.LEASED;
        failure = null;
        probe.answered();
        nextRenewal = thread.schedule(settings.heartbeat(), this::renew);
        listener.leaseRenewed(this, expired, (long) reply.get(2));
    }

    /** Sends a probe, unless one is in flight. Must be called about once a second while the partition is active. */
    void probe() {
        probe.run();
    }

    /** Renews the lease after a probe has not found it, unless it has just been flushed. */
    void leaseMissing() {
        if (isReachable() && leaseExpected) {
            renew();
        }
    }

    /** Returns the delay of Redis; see {@link io.channels4j.redis.connection.ProbeLag}. Thread-safe. */
    Duration lag() {
        return probe.lag();
    }

    private void renewalFailed(@Nullable Throwable cause) {
        if (cause instanceof RedisCommandTimeoutException) {
            connection.reset(cause);
        }
        unreachable(cause == null ? new ConnectionLostException("no answer") : cause);
        long spread = ThreadLocalRandom.current().nextLong(RETRY.toMillis());
        nextRenewal = thread.schedule(RETRY.plusMillis(spread), this::renew);
    }

    /** Records that Redis is unreachable. The partition must be active. */
    public void unreachable(Throwable cause) {
        state = State.UNREACHABLE;
        failure = cause;
        listener.unreachable(this, cause);
    }

    /** Stops renewing the lease. */
    public void close() {
        state = State.CLOSED;
        nextRenewal.cancel();
    }
}
