package io.channels4j.netty.http;

import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.netty.channel.ChannelPipeline;

/** Takes connections over that ask for another protocol; made upstairs. */
public interface Upgrades {

    /**
     * Returns the handler that serves the connection, or its stream, as a WebSocket from now on.
     *
     * @throws BadRequest when the handshake is not valid
     */
    ManagedConnection upgrade(UpgradeRequest request, EventLoopState loop);

    /** Tells whether HTTP/2 may be asked for. */
    boolean speaksHttp2();

    /** Adds the handlers that serve the connection as HTTP/2 from now on, beginning with the request that asked for it. */
    void toHttp2(ChannelPipeline pipeline, EventLoopState loop, ClearTextUpgrade request);
}
