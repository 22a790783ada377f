package io.channels4j.netty.eventloop;

import io.channels4j.netty.log.ServerLog;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * A connection as its {@link EventLoopState} sees it: looked at from time to time, so that an idle connection needs no timer of its own.
 *
 * <p>Confined to its event loop.
 */
public abstract class ManagedConnection extends ChannelInboundHandlerAdapter {

    /** The place in the loop's list, kept here so that leaving takes no search. */
    int slot = -1;

    private boolean complained;

    /** Notes what is wrong with the peer; only the first time, since one mistake leads to others (promise P7). */
    protected final void complain(Object connection, String what) {
        if (!complained) {
            complained = true;
            ServerLog.peer(connection, what);
        }
    }

    /** Looks for what is overdue; {@code now} is the loop's time. */
    protected abstract void tick(long now);

    /** Tells whether many of its kind had better not end at the same time. */
    protected boolean drainsInTurn() {
        return false;
    }

    /** Ends the connection in order, since the server closes. */
    protected abstract void drain();

    /** Ends the connection at once. */
    protected abstract void cut();
}
