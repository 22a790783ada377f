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
     * @return the address; if there are several, the first one
     */
    SocketAddress localAddress();

    /** Drains and stops the server. Returns when all its resources have been released. Further calls have no effect. */
    @Override
    void close();
}
