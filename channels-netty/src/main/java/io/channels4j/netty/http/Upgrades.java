package io.channels4j.netty.http;

import io.channels4j.netty.connection.Loop;
import io.channels4j.netty.connection.Watched;
import io.netty.channel.ChannelPipeline;

/** Takes connections over that ask for another protocol; made upstairs. */
public interface Upgrades {

    /**
     * Returns the handler that serves the connection, or its stream, as a WebSocket from now on.
     *
     * @throws BadRequest when the handshake is not valid
     */
    Watched upgrade(UpgradeRequest request, Loop loop);

    /** Tells whether HTTP/2 may be asked for. */
    boolean speaksHttp2();

    /** Adds the handlers that serve the connection as HTTP/2 from now on, beginning with the request that asked for it. */
    void toHttp2(ChannelPipeline pipeline, Loop loop, ClearTextUpgrade request);
}
