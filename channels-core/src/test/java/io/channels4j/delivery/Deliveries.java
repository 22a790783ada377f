package io.channels4j.delivery;

import io.channels4j.Message;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Factory methods for the deliveries and channels used in tests. */
final class Deliveries {

    private Deliveries() {}

    /** Returns limits with a capacity of 5 for channels named {@code wide.*} and 2 for all others. */
    static DeliveryLimits limits() {
        return new DeliveryLimits(
                channel -> channel.startsWith("wide.") ? 5 : 2,
                1000,
                4L << 20,
                1L << 30,
                Duration.ofSeconds(60),
                Duration.ofHours(24),
                (channel, unread, setting) -> new IllegalStateException(channel + " is full: " + unread),
                (reason, messages) -> {});
    }

    static LocalDelivery withCapacity(int capacity) {
        return new LocalDelivery(
                new DeliveryLimits(
                        channel -> capacity,
                        capacity,
                        4L << 20,
                        1L << 30,
                        Duration.ofSeconds(60),
                        Duration.ofHours(24),
                        (channel, unread, setting) -> new IllegalStateException(channel + " is full: " + unread),
                        (reason, messages) -> {}),
                InstantSource.system());
    }

    static LocalChannel channel(LocalDelivery delivery, Executor home, Consumer<Message> subscriber) {
        return new LocalChannel(delivery, home) {
            @Override
            protected void message(Message message) {
                subscriber.accept(message);
            }
        };
    }

    /** Returns bounds that are too high for tests of other behaviour to reach. */
    static WaitingBytes bytes() {
        return new WaitingBytes(4L << 20, 1L << 30);
    }
}
