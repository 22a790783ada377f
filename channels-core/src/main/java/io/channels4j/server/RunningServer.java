package io.channels4j.server;

import java.net.SocketAddress;

/**
 * A server that listens.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface RunningServer extends AutoCloseable {

    /**
     * Returns the address that the server listens on, with the port that the system chose if it was asked to.
     *
     * @return the address, the first one of several
     */
    SocketAddress localAddress();

    /** Drains the server and stops it; returns when nothing of it is left. Closing twice is closing once. */
    @Override
    void close();
}
