package io.channels4j.redis.connection;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Passes only one message per gap to its connection, even if several of its groups are affected.
 *
 * <p><b>Threads.</b> Confined to the connection's executor.
 */
public final class SingleGapSubscriber implements Subscriber {

    private final Subscriber connection;
    private volatile @Nullable Subscription subscription;
    private @Nullable Message last;

    private SingleGapSubscriber(Subscriber connection) {
        this.connection = connection;
    }

    /** Subscribes a connection to a layer. */
    public static Subscription subscribe(ChannelLayer layer, Executor home, Subscriber connection) {
        SingleGapSubscriber filter = new SingleGapSubscriber(connection);
        Subscription subscription = layer.subscribe(home, filter);
        filter.subscription = subscription;
        return subscription;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // all groups receive the same object for one gap
    public void message(Message message) {
        if (message.type().equals(ChannelLayer.GAP)) {
            Subscription current = subscription;
            if (message == last && current != null) {
                current.consumed();
                return;
            }
            last = message;
        }
        connection.message(message);
    }

    @Override
    public boolean replace(Message message, Predicate<Message> accept) {
        return connection.replace(message, accept);
    }
}
