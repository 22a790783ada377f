package io.channels4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * An outgoing event that several connections may send, and the encoded form that a server keeps with it. Servers use it through
 * {@link Encodings}, so that applications do not see it.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public abstract class SharedEncoding {

    /** Whether one connection has sent the event; written without a barrier, as below. */
    boolean used;

    /** Whether several connections send the event. A thread that sees it late encodes the event for itself. */
    boolean shared;

    volatile @Nullable Object form;

    /**
     * Creates an event without an encoded form.
     *
     * @param shared whether several connections are known to send it
     */
    protected SharedEncoding(boolean shared) {
        this.shared = shared;
    }
}
