package io.channels4j.redis.connection;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Lets a connection hear of a gap once, however many of its groups are concerned. On the connection's executor. */
public final class SingleGapSubscriber implements Subscriber {

    private final Subscriber connection;
    private volatile @Nullable Subscription subscription;
    private @Nullable Message last;

    private SingleGapSubscriber(Subscriber connection) {
        this.connection = connection;
    }

    /** Subscribes a connection. */
    public static Subscription subscribe(ChannelLayer layer, Executor home, Subscriber connection) {
        SingleGapSubscriber once = new SingleGapSubscriber(connection);
        Subscription subscription = layer.subscribe(home, once);
        once.subscription = subscription;
        return subscription;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one object tells of one gap; the next gap's message is equal to it
    public void message(Message message) {
        if (message.type().equals(ChannelLayer.GAP)) {
            Subscription known = subscription;
            if (message == last && known != null) {
                known.consumed();
                return;
            }
            last = message;
        }
        connection.message(message);
    }
}
