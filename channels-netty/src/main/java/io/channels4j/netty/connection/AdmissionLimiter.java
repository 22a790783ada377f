package io.channels4j.netty.connection;

import io.channels4j.netty.settings.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what a server has taken on, and refuses what would be more than its limits. Thread-safe. */
public final class AdmissionLimiter {

    private static final long SECOND = 1_000_000_000L;

    private final Limits limits;
    private final LongSupplier nanoTime;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** When the handshakes admitted so far are paid for, at a steady rate. */
    private final AtomicLong paidUntil;

    public AdmissionLimiter(Limits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.paidUntil = new AtomicLong(nanoTime.getAsLong());
    }

    /** Counts a connection, which {@link #leave} ends; returns the name of the limit that it would break, or null. */
    public @Nullable String enter(@Nullable SocketAddress client) {
        if (!increment(connections, limits.connections())) {
            return "connections";
        }
        InetAddress address = address(client);
        if (address != null) {
            int now = byAddress.merge(address, 1, Integer::sum);
            if (now > limits.connectionsPerAddress()) {
                leave(client);
                return "connections_per_address";
            }
        }
        return null;
    }

    /** Ends what {@link #enter} admitted. */
    public void leave(@Nullable SocketAddress client) {
        connections.decrementAndGet();
        InetAddress address = address(client);
        if (address != null) {
            byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Nobody is counted by address unless there is a limit for it. */
    private @Nullable InetAddress address(@Nullable SocketAddress client) {
        return limits.connectionsPerAddress() > 0 && client instanceof InetSocketAddress internet
                ? internet.getAddress()
                : null;
    }

    /** Counts a request that is answered, until {@link #requestEnded}; returns false when that would be one too many. */
    public boolean beginRequest() {
        return increment(requests, limits.requests());
    }

    public void requestEnded() {
        requests.decrementAndGet();
    }

    /** Counts a handshake; returns false when there were too many in the last second. */
    public boolean beginHandshake() {
        if (limits.handshakesPerSecond() == 0) {
            return true;
        }
        long cost = SECOND / limits.handshakesPerSecond();
        while (true) {
            long now = nanoTime.getAsLong();
            long paid = paidUntil.get();
            long next = Math.max(paid - now, 0) + now + cost;
            if (next - now > SECOND) {
                return false;
            }
            if (paidUntil.compareAndSet(paid, next)) {
                return true;
            }
        }
    }

    private static boolean increment(AtomicInteger count, int limit) {
        if (count.incrementAndGet() > limit && limit > 0) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }
}
