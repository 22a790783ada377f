package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.wire.Keys;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One part of the keys, which is on one node, and this process' lease there. The lease is held from when the part is
 * first used: then other processes may send to its inbox, and its work is its own.
 *
 * <p>Changed on the loop.
 */
final class Tag {

    private static final Duration RETRY = Duration.ofMillis(500);

    final String name;
    final int host;
    final CommandConnection link;
    private final Keys keys;
    private final String process;
    private final QueueSettings settings;
    private final ControlThread loop;
    private final Watcher watcher;
    private volatile boolean active;
    private volatile boolean reachable;
    private boolean leased;
    private boolean beating;
    private boolean closed;
    private ControlThread.Cancellable next = () -> {};
    private @Nullable Throwable why;

    /** Redis' clock less this process' monotonic one, in milliseconds. */
    private volatile long clockOffset;

    /** Is told about a tag, on the loop. */
    interface Watcher {

        /**
         * The lease is held; {@code lost} when it had ended in between, so that others may have forgotten this process.
         */
        void held(Tag tag, boolean lost, long firstDue);

        /** Redis does not answer. */
        void unreachable(Tag tag, Throwable why);
    }

    Tag(
            String name,
            int host,
            CommandConnection link,
            String process,
            QueueSettings settings,
            ControlThread loop,
            Watcher watcher) {
        this.name = name;
        this.host = host;
        this.link = link;
        this.keys = settings.keys();
        this.process = process;
        this.settings = settings;
        this.loop = loop;
        this.watcher = watcher;
    }

    String leases() {
        return keys.tagged(name, "leases");
    }

    String delayed() {
        return keys.tagged(name, "delayed");
    }

    String inbox(String ofProcess) {
        return keys.tagged(name, "inbox") + ":" + ofProcess;
    }

    String wake() {
        return keys.tagged(name, "wake") + ":" + process;
    }

    String group(String group) {
        return keys.tagged(name, "group", group);
    }

    String queue(String channel) {
        return keys.tagged(name, "queue", channel);
    }

    boolean isActive() {
        return active;
    }

    /** Tells whether the lease is held and Redis answered last time. */
    boolean isReachable() {
        return reachable;
    }

    @Nullable
    Throwable why() {
        return why;
    }

    /** Returns the time of Redis' clock in milliseconds, as far as it is known. */
    long clock() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + clockOffset;
    }

    /** Notes what time it is there. */
    void clockIs(long millis) {
        clockOffset = millis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Takes a lease anew, all here having been removed on purpose. */
    void renew() {
        leased = false;
        beat();
    }

    /** Takes a lease and keeps it from now on. */
    void activate() {
        if (active || closed) {
            return;
        }
        active = true;
        Throwable failure = link.failure();
        if (failure != null) {
            unreachable(failure);
        }
        beat();
    }

    /** Renews the lease now, or when there is a connection again. */
    void beat() {
        if (!active || beating || !link.isUp()) {
            return;
        }
        beating = true;
        next.cancel();
        var unused = link.run(
                        Script.BEAT,
                        List.of(leases(), inbox(process), wake(), delayed()),
                        bytes(process),
                        bytes(settings.lease().toMillis()))
                .whenComplete((reply, failure) -> loop.execute(() -> beaten(reply, failure)));
    }

    private void beaten(@Nullable List<Object> reply, @Nullable Throwable failure) {
        beating = false;
        if (!active) {
            return;
        }
        if (reply == null) {
            failed(CommandConnection.unwrapped(failure));
            return;
        }
        clockIs((long) reply.get(1));
        boolean lost = leased && (long) reply.get(0) == 0;
        leased = true;
        reachable = true;
        why = null;
        next = loop.schedule(settings.heartbeat(), this::beat);
        watcher.held(this, lost, (long) reply.get(2));
    }

    private void failed(@Nullable Throwable failure) {
        if (failure instanceof RedisCommandTimeoutException) {
            link.reset(failure);
        }
        unreachable(failure == null ? new ConnectionLostException("no answer") : failure);
        long spread = ThreadLocalRandom.current().nextLong(RETRY.toMillis());
        next = loop.schedule(RETRY.plusMillis(spread), this::beat);
    }

    /** Notes that Redis does not answer. */
    void unreachable(Throwable failure) {
        reachable = false;
        why = failure;
        watcher.unreachable(this, failure);
    }

    void close() {
        closed = true;
        active = false;
        next.cancel();
    }
}
