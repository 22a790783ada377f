package io.channels4j.netty.http;

import io.channels4j.netty.connection.Loop;
import io.channels4j.netty.connection.Watched;

/** Takes connections over that ask for another protocol; made upstairs. */
@FunctionalInterface
public interface Upgrades {

    /**
     * Returns the handler that serves the connection from now on.
     *
     * @throws BadRequest when the handshake is not valid
     */
    Watched upgrade(UpgradeRequest request, Loop loop);
}
