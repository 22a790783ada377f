package io.channels4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * The base class of outgoing events that several connections may send. A server can store the event's encoded form in
 * it. The static methods are for servers.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public abstract class SharedEncoding {

    /** Whether a connection has sent the event. Written without a memory barrier, like {@link #shared}. */
    private boolean used;

    /** Whether several connections send the event. A thread that reads a stale value encodes the event itself. */
    private boolean shared;

    private volatile @Nullable Object form;

    private final @Nullable LatestKey latestKey;

    /**
     * Creates an event without an encoded form.
     *
     * @param shared whether several connections are known to send it
     * @param latestKey the key of the events that replace each other while they wait for the peer, or null
     */
    protected SharedEncoding(boolean shared, @Nullable LatestKey latestKey) {
        this.shared = shared;
        this.latestKey = latestKey;
    }

    /**
     * Returns the key of the events that replace each other while they wait for the peer.
     *
     * @param event the event
     * @return the key, or null if the event replaces no other
     */
    public static @Nullable LatestKey latestKey(SharedEncoding event) {
        return event.latestKey;
    }

    /**
     * Records that a connection sends the event. From the second connection on, the event is shared.
     *
     * @param event the event
     */
    public static void countUse(SharedEncoding event) {
        if (event.used) {
            event.shared = true;
        } else {
            event.used = true;
        }
    }

    /**
     * Returns true if several connections send the event. It is then worthwhile to store the encoded form.
     *
     * @param event the event
     * @return true if several connections send it
     */
    public static boolean isShared(SharedEncoding event) {
        return event.shared;
    }

    /**
     * Returns the encoded form that a server stored.
     *
     * @param event the event
     * @return the form, or null if none was stored
     */
    public static @Nullable Object get(SharedEncoding event) {
        return event.form;
    }

    /**
     * Stores an encoded form for the connections that send the event later. The last call wins.
     *
     * @param event the event
     * @param form the form, which must be immutable. It must not require an explicit release, because its last use is
     *     unknown.
     */
    public static void keep(SharedEncoding event, Object form) {
        event.form = form;
    }
}
