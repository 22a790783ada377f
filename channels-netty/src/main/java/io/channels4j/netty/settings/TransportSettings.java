package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;
import static java.util.Objects.requireNonNull;

/**
 * A server's transport, number of event-loop threads and socket options. Immutable.
 *
 * @param transport the mechanism; default the first {@linkplain ServerTransport#isAvailable() available} one of epoll, kqueue, io_uring
 *     and NIO
 * @param eventLoopThreads the number of threads that serve connections; default the number of processors
 * @param reusePort whether several processes may listen on the same port and share its connections; default false. The
 *     system must support {@code SO_REUSEPORT}
 */
public record TransportSettings(ServerTransport transport, int eventLoopThreads, boolean reusePort) {

    /**
     * Checks the number of threads.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public TransportSettings {
        requireNonNull(transport, "transport");
        requirePositive("event loop threads", eventLoopThreads);
    }

    /**
     * Returns the default settings for this machine.
     *
     * @return the settings
     */
    public static TransportSettings defaults() {
        return of(ServerTransport.best());
    }

    /**
     * Returns the default settings with the given transport.
     *
     * @param transport the mechanism. A server fails to start if it is not available.
     * @return the settings
     */
    public static TransportSettings of(ServerTransport transport) {
        return new TransportSettings(transport, Runtime.getRuntime().availableProcessors(), false);
    }

    /**
     * Returns these settings with a different number of threads.
     *
     * @param threads the number of event-loop threads, at least 1
     * @return the new settings
     */
    public TransportSettings withEventLoopThreads(int threads) {
        return new TransportSettings(transport, threads, reusePort);
    }

    /**
     * Returns these settings with or without shared ports.
     *
     * @param shared whether several processes may listen on the same port
     * @return the new settings
     */
    public TransportSettings withReusePort(boolean shared) {
        return new TransportSettings(transport, eventLoopThreads, shared);
    }
}
