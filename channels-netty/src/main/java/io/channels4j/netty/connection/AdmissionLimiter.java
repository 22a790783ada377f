package io.channels4j.netty.connection;

import io.channels4j.netty.settings.ServerLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts the connections, requests and handshakes of a server, and rejects those beyond its limits. Thread-safe. */
public final class AdmissionLimiter {

    private static final long SECOND = 1_000_000_000L;

    private final ServerLimits limits;
    private final LongSupplier nanoTime;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * The time in nanoseconds up to which admitted handshakes have used the permitted rate. At most one second in the future.
     */
    private final AtomicLong usedUntil;

    public AdmissionLimiter(ServerLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.usedUntil = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Counts a connection until {@link #leave} is called. Returns null if the connection is admitted. Otherwise,
     * returns the name of the limit that it exceeds.
     */
    public @Nullable String enter(@Nullable SocketAddress client) {
        if (!increment(connections, limits.maxConnections())) {
            return "connections";
        }
        InetAddress address = countedAddress(client);
        if (address != null) {
            int now = byAddress.merge(address, 1, Integer::sum);
            if (now > limits.maxConnectionsPerAddress()) {
                leave(client);
                return "connections_per_address";
            }
        }
        return null;
    }

    /** Removes a connection that {@link #enter} admitted. */
    public void leave(@Nullable SocketAddress client) {
        connections.decrementAndGet();
        InetAddress address = countedAddress(client);
        if (address != null) {
            byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Returns the address to count, or null if connections from this client are not limited per address. */
    private @Nullable InetAddress countedAddress(@Nullable SocketAddress client) {
        return limits.maxConnectionsPerAddress() < ServerLimits.UNLIMITED
                        && client instanceof InetSocketAddress internet
                ? internet.getAddress()
                : null;
    }

    /** Counts a request until {@link #requestEnded} is called. Returns false if the request exceeds the limit. */
    public boolean beginRequest() {
        return increment(requests, limits.maxRequests());
    }

    public void requestEnded() {
        requests.decrementAndGet();
    }

    /** Counts a handshake. Returns false if it exceeds the number of handshakes permitted per second. */
    public boolean beginHandshake() {
        if (limits.maxHandshakesPerSecond() == ServerLimits.UNLIMITED) {
            return true;
        }
        long cost = SECOND / limits.maxHandshakesPerSecond();
        while (true) {
            long now = nanoTime.getAsLong();
            long used = usedUntil.get();
            long next = Math.max(used - now, 0) + now + cost;
            if (next - now > SECOND) {
                return false;
            }
            if (usedUntil.compareAndSet(used, next)) {
                return true;
            }
        }
    }

    private static boolean increment(AtomicInteger count, int limit) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }
}
