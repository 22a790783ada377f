package io.channels4j.netty.http1;

import io.channels4j.netty.eventloop.EventLoopState;
import io.netty.channel.ChannelPipeline;

/** Switches connections to HTTP/2. Thread-safe. */
@FunctionalInterface
public interface Http2Upgrader {

    /** Adds the HTTP/2 handlers, which then serve the request that asked for the upgrade. */
    void upgrade(ChannelPipeline pipeline, EventLoopState loop, ClearTextUpgrade request);
}
