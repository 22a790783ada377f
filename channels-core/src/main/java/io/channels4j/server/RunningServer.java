package io.channels4j.server;

import java.net.SocketAddress;

/**
 * A started server.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface RunningServer extends AutoCloseable {

    /**
     * Returns the address that the server listens on, with the actual port if port 0 was requested.
     *
     * @return the address, the first one of several
     */
    SocketAddress localAddress();

    /** Drains and stops the server; returns when all its resources are released. Further calls have no effect. */
    @Override
    void close();
}
