package io.channels4j.layer;

import io.channels4j.Message;
import io.channels4j.delivery.LocalChannel;
import io.channels4j.delivery.LocalDelivery;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** A channel in this process whose messages are passed to a subscriber. */
final class SubscribedChannel extends LocalChannel implements Subscription {

    private final Subscriber subscriber;

    SubscribedChannel(LocalDelivery delivery, Executor home, Subscriber subscriber) {
        super(delivery, home);
        this.subscriber = subscriber;
    }

    @Override
    protected void message(Message message) {
        subscriber.message(message);
    }

    @Override
    protected boolean replace(Message message, Predicate<Message> accept) {
        return subscriber.replace(message, accept);
    }
}
