package io.channels4j.netty.eventloop;

import io.channels4j.netty.log.ServerLog;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * A connection that its {@link EventLoopState} checks periodically, so that an idle connection needs no timer.
 *
 * <p>Confined to its event loop.
 */
public abstract class ManagedConnection extends ChannelInboundHandlerAdapter {

    /** The index in the list of the event loop, stored here so that a removal needs no search. */
    int slot = -1;

    private boolean peerErrorLogged;

    /** Logs an error of the peer. Only the first error is logged, because one error leads to others (guarantee P7). */
    protected final void logPeerError(Object connection, String what) {
        if (!peerErrorLogged) {
            peerErrorLogged = true;
            ServerLog.peer(connection, what);
        }
    }

    /** Checks the time-outs; {@code now} is the event loop's time. */
    protected abstract void tick(long now);

    /** Returns whether the drain of many such connections should be spread over time. */
    protected boolean drainsGradually() {
        return false;
    }

    /** Ends the connection gracefully, because the server is closing. */
    protected abstract void drain();

    /** Closes the connection immediately. */
    protected abstract void cut();
}
