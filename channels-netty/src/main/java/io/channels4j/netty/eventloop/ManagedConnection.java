package io.channels4j.netty.eventloop;

import io.channels4j.netty.log.ServerLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;

/**
 * A connection that its {@link EventLoopState} checks periodically. An idle connection therefore needs no timer.
 *
 * <p>Confined to its event loop.
 */
public abstract class ManagedConnection extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<Boolean> PEER_ERROR_LOGGED =
            AttributeKey.valueOf("io.channels4j.peerErrorLogged");

    /** The index in the event loop's list of connections, which makes removal fast; -1 if not in the list. */
    int slot = -1;

    /** Whether a {@link LoopMemory} has closed this connection. */
    boolean closedForMemory;

    /**
     * Logs a peer's error. Only the first error on a socket is logged, because one error often causes others (guarantee P7). This
     * applies across an upgrade and across all streams of the socket.
     */
    protected static void logPeerError(Channel channel, Object connection, String what) {
        Channel socket = channel instanceof Http2StreamChannel ? channel.parent() : channel;
        if (socket.attr(PEER_ERROR_LOGGED).setIfAbsent(true) == null) {
            ServerLog.peer(connection, what);
        }
    }

    /** Checks the time-outs. The argument is the event loop's current time. */
    protected abstract void tick(long now);

    /** Returns the number of bytes of input that this connection holds and {@link LoopMemory} counts. */
    protected long inboundBytes() {
        return 0;
    }

    /** Returns the number of bytes of output that wait for the peer. */
    protected long outboundBytes() {
        return 0;
    }

    /** Returns whether output is waiting but the peer received none of it between the last two ticks. */
    protected boolean outboundStalls() {
        return false;
    }

    /** Closes the connection because its input occupies too much of the server's memory. */
    protected void closeForInbound(String reason) {
        cut();
    }

    /** Closes the connection because its output occupies too much of the server's memory. */
    protected void closeForOutbound(String reason) {
        cut();
    }

    /** Returns whether the drain of many such connections should be spread over time. */
    protected boolean drainsGradually() {
        return false;
    }

    /** Ends the connection gracefully, because the server is closing. */
    protected abstract void drain();

    /** Closes the connection immediately. */
    protected abstract void cut();
}
