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
 * One connection's place in its channel layer: opened when the consumer first needs a channel, and closed for good when the
 * connection ends, so that no membership outlives it (promise P2).
 */
final class LayerLink {

    private final Executor home;
    private final Subscriber subscriber;
    private boolean left;

    /** Written under the lock, once. */
    private volatile @Nullable Subscription subscription;

    LayerLink(Executor home, Subscriber subscriber) {
        this.home = home;
        this.subscriber = subscriber;
    }

    /** Returns the channel, which is opened when this is the first call. */
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

    void consumed() {
        Subscription open = subscription;
        if (open == null) {
            open = whenSubscribed();
        }
        open.consumed();
    }

    /** Returns the subscription to whoever has its first message while it is being made. */
    private synchronized Subscription whenSubscribed() {
        if (subscription == null) {
            throw new ChannelsException("message: none was delivered");
        }
        return subscription;
    }

    /** Leaves all groups and the layer; later messages do not come and later joins fail. */
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
