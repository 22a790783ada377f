package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.lang.reflect.Proxy;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class LayerLinkTest {

    private final AtomicInteger consumed = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicReference<LayerLink> link = new AtomicReference<>();

    private final Subscription subscription = new Subscription() {
        @Override
        public String channel() {
            return "channel";
        }

        @Override
        public void consumed() {
            consumed.incrementAndGet();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    };

    /** Returns a layer that can only subscribe. */
    private static ChannelLayer layer(BiFunction<Executor, Subscriber, Subscription> subscribe) {
        return (ChannelLayer) Proxy.newProxyInstance(
                ChannelLayer.class.getClassLoader(),
                new Class<?>[] {ChannelLayer.class},
                (proxy, method, arguments) -> subscribe.apply((Executor) arguments[0], (Subscriber) arguments[1]));
    }

    private LayerLink linkTo(Subscriber subscriber) {
        LayerLink made = new LayerLink(Runnable::run, subscriber);
        link.set(made);
        return made;
    }

    @Test
    void holdsNoLockWhileLayerSubscribes() {
        LayerLink subject = linkTo(message -> {});

        subject.channel(layer((home, subscriber) -> {
            assertThat(Thread.holdsLock(subject)).isFalse();
            return subscription;
        }));
    }

    @Test
    void messageConsumedBeforeSubscribeReturnsIsCounted() {
        LayerLink subject = linkTo(message -> link.get().consumed());

        subject.channel(layer((home, subscriber) -> {
            subscriber.message(Message.of("early"));
            return subscription;
        }));

        assertThat(consumed).hasValue(1);
    }

    @Test
    void closesSubscriptionOpenedWhileConnectionEnded() {
        LayerLink subject = linkTo(message -> {});

        assertThatThrownBy(() -> subject.channel(layer((home, subscriber) -> {
                    subject.leave();
                    return subscription;
                })))
                .isInstanceOf(ConnectionClosedException.class);

        assertThat(closed).hasValue(1);
        assertThat(subject.openChannel()).isNull();
    }

    @Test
    void opensOneChannelOnly() {
        LayerLink subject = linkTo(message -> {});
        ChannelLayer layer = layer((home, subscriber) -> {
            if (subject.openChannel() == null && closed.get() == 0) {
                closed.incrementAndGet();
                subject.channel(
                        layer((executor, same) -> subscription)); // simulates another thread that opens a channel first
                closed.set(0);
            }
            return new Subscription() {
                @Override
                public String channel() {
                    return "second";
                }

                @Override
                public void consumed() {}

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        });

        assertThat(subject.channel(layer)).isEqualTo("channel");
        assertThat(closed).hasValue(1);
    }
}
