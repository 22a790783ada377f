package io.channels4j.engine;

import io.channels4j.ConnectionClosedException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection's subscription to its channel layer. It is opened when the consumer first needs a channel, and closed when the
 * connection ends. It is never reopened. No membership therefore outlives the connection (guarantee P2).
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class LayerLink {

    private final Executor home;
    private final Subscriber subscriber;

    /** Guarded by this. */
    private boolean left;

    /** The number of messages consumed before {@code subscribe} returned. Guarded by this. */
    private int consumedEarly;

    /** Written once, under the lock. */
    private volatile @Nullable Subscription subscription;

    LayerLink(Executor home, Subscriber subscriber) {
        this.home = home;
        this.subscriber = subscriber;
    }

    /** Returns the channel, or null if it was never opened. */
    @Nullable
    String openChannel() {
        Subscription open = subscription;
        return open == null ? null : open.channel();
    }

    /** Returns the channel and opens it on the first call. */
    String channel(ChannelLayer layer) {
        Subscription open = subscription;
        if (open != null) {
            return open.channel();
        }
        synchronized (this) {
            if (left) {
                throw new ConnectionClosedException("channel name: the connection has ended");
            }
        }
        return keep(layer.subscribe(home, subscriber)).channel();
    }

    /** Keeps a new subscription, unless another thread has already opened one or the connection has ended. */
    private Subscription keep(Subscription opened) {
        Subscription kept;
        int consumed = 0;
        synchronized (this) {
            kept = subscription;
            if (kept == null && !left) {
                subscription = opened;
                kept = opened;
                consumed = consumedEarly;
            }
        }
        for (int i = 0; i < consumed; i++) {
            opened.consumed();
        }
        if (kept != opened) {
            opened.close();
        }
        if (kept == null) {
            throw new ConnectionClosedException("channel name: the connection has ended");
        }
        return kept;
    }

    CompletionStage<Void> join(ChannelLayer layer, String group) {
        synchronized (this) {
            if (left) {
                return CompletableFuture.failedFuture(
                        new ConnectionClosedException("join group %s: the connection has ended".formatted(group)));
            }
        }
        // If the connection ends now, closing the channel also ends this membership.
        return layer.groupAdd(group, channel(layer));
    }

    /** Counts a message as read. The layer can then deliver more. */
    void consumed() {
        Subscription open = subscription;
        if (open == null) {
            open = countEarly();
        }
        if (open != null) {
            open.consumed();
        }
    }

    /** Counts a message as read that a later one has replaced. */
    void conflated() {
        Subscription open = subscription;
        if (open == null) {
            consumed();
        } else {
            open.conflated();
        }
    }

    /** Counts a message that arrived before {@code subscribe} returned. Returns the subscription if it is known by now. */
    private synchronized @Nullable Subscription countEarly() {
        if (subscription == null) {
            consumedEarly++;
        }
        return subscription;
    }

    /** Leaves all groups and the layer. Later messages are not delivered, and later joins fail. */
    void leave() {
        Subscription open;
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
            open = subscription;
        }
        if (open != null) {
            open.close();
        }
    }
}
