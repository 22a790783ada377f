package io.channels4j.engine;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection's subscription in its channel layer: opened when the consumer first needs a channel, closed when the connection
 * ends, and not reopened, so that no membership outlives the connection (guarantee P2).
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class LayerLink {

    private final Executor home;
    private final Subscriber subscriber;
    private boolean left;

    /** Written once, under the lock. */
    private volatile @Nullable Subscription subscription;

    LayerLink(Executor home, Subscriber subscriber) {
        this.home = home;
        this.subscriber = subscriber;
    }

    /** Returns the channel; the first call opens it. */
    synchronized String channel(ChannelLayer layer) {
        if (left && subscription == null) {
            throw new ConnectionClosedException("channel name: the connection has ended");
        }
        if (subscription == null) {
            subscription = layer.subscribe(home, subscriber);
        }
        return subscription.channel();
    }

    CompletionStage<Void> join(ChannelLayer layer, String group) {
        String channel;
        synchronized (this) {
            if (left) {
                return CompletableFuture.failedFuture(
                        new ConnectionClosedException("join group %s: the connection has ended".formatted(group)));
            }
            channel = channel(layer);
        }
        return layer.groupAdd(group, channel);
    }

    /** Acknowledges a message so that the layer delivers more. */
    void consumed() {
        Subscription open = subscription;
        if (open == null) {
            open = whenSubscribed();
        }
        open.consumed();
    }

    /** Waits for the subscription if its first message arrived before {@code subscribe} returned. */
    private synchronized Subscription whenSubscribed() {
        if (subscription == null) {
            throw new ChannelsException("message: none was delivered");
        }
        return subscription;
    }

    /** Leaves all groups and the layer; later messages are not delivered, and later joins fail. */
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
