package io.channels4j.layer;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Message;
import io.channels4j.delivery.DeliveryLimits;
import io.channels4j.delivery.DeliveryOwner;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.delivery.UnreadMessage;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A production-ready channel layer for one process. A group message is passed to each event loop once, regardless of
 * the number of members on it.
 *
 * <p>Messages to a connection's channel arrive in order. While a connection's channel is full, direct sends fail and group
 * messages are dropped. {@link #dropped()} counts both, and the first dropped group message of a channel is logged. A
 * send normally completes immediately. While 256 or more messages are queued for an event loop, a send to one of its
 * connections completes when the message has been delivered.
 *
 * <p><b>Threads.</b> Thread-safe. No method blocks.
 */
@SuppressWarnings("exports") // the base class is internal. The Redis layers use it to access the delivery
public final class InMemoryChannelLayer extends DeliveryOwner implements ChannelLayer {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLayer.class);

    private final LocalDelivery delivery;
    private volatile boolean closed;

    private InMemoryChannelLayer(LocalDelivery delivery) {
        super(delivery);
        this.delivery = delivery;
    }

    /**
     * Returns a layer with the default limits.
     *
     * @return the layer
     */
    public static InMemoryChannelLayer create() {
        return of(LayerSettings.defaults());
    }

    /**
     * Returns a layer with the given limits.
     *
     * @param settings the limits
     * @return the layer
     */
    public static InMemoryChannelLayer of(LayerSettings settings) {
        return of(settings, InstantSource.system());
    }

    /**
     * Returns a layer that uses the given clock for expiry, for tests.
     *
     * @param settings the limits
     * @param clock the clock
     * @return the layer
     */
    public static InMemoryChannelLayer of(LayerSettings settings, InstantSource clock) {
        return of(settings, clock, List.of());
    }

    /**
     * Returns a layer whose listeners are notified of dropped messages.
     *
     * @param settings the limits
     * @param listeners the listeners
     * @return the layer
     */
    public static InMemoryChannelLayer of(LayerSettings settings, LayerListener... listeners) {
        return of(settings, InstantSource.system(), List.of(listeners));
    }

    static InMemoryChannelLayer of(LayerSettings settings, InstantSource clock, List<LayerListener> listeners) {
        DeliveryLimits limits = new DeliveryLimits(
                settings::capacityOf,
                settings.capacity(),
                settings.maxChannelBytes(),
                settings.maxWaitingBytes(),
                settings.expiry(),
                settings.groupExpiry(),
                ChannelFullException::new,
                new Drops(listeners));
        return new InMemoryChannelLayer(new LocalDelivery(limits, clock));
    }

    /** Reports dropped messages. A failing listener affects neither the other listeners nor the sender. */
    private record Drops(List<LayerListener> listeners) implements DeliveryLimits.DropListener {

        @Override
        public void dropped(DeliveryLimits.DropReason reason, long messages) {
            report(listener -> listener.dropped(LayerListener.DropReason.valueOf(reason.name()), messages));
        }

        @Override
        public void conflated() {
            report(listener -> listener.conflated(1));
        }

        private void report(Consumer<LayerListener> call) {
            for (LayerListener listener : listeners) {
                try {
                    call.accept(listener);
                } catch (RuntimeException e) {
                    LOG.error("layer listener failed", e);
                }
            }
        }
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        return closed ? rejectClosed() : delivery.send(channel, message);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        LayerNames.requireChannel(channel);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(delay));
        }
        if (closed) {
            return rejectClosed();
        }
        if (delay.isZero()) {
            return send(channel, message);
        }
        return delivery.sendLater(channel, message, delay, () -> sendDelayed(channel, message));
    }

    private void sendDelayed(String channel, Message message) {
        send(channel, message).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("delayed message {} was dropped: {}", message.type(), failure.getMessage());
            }
        });
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Message> receive(String channel) {
        return pull(channel, UnreadMessage::message);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A requeued message goes to the end of the channel, even if the channel is full. All messages are lost when the process ends.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Delivery> take(String channel) {
        return pull(channel, unread -> new PulledDelivery(delivery, channel, unread));
    }

    @Override
    public boolean redelivers() {
        return true;
    }

    private <T> CompletionStage<T> pull(String channel, Function<UnreadMessage, T> form) {
        requirePulled(channel);
        if (closed) {
            return CompletableFuture.failedFuture(closedException());
        }
        CompletableFuture<T> taken = delivery.take(channel, form);
        if (closed) { // closed in the meantime
            taken.completeExceptionally(closedException());
        }
        return taken;
    }

    private void requirePulled(String channel) {
        LayerNames.requireChannel(channel);
        if (delivery.isSubscribed(channel)) {
            throw new IllegalArgumentException(
                    "receive: %s is a connection's channel (expected: one of newChannel() or a plain name)"
                            .formatted(channel));
        }
        if (channel.indexOf('!') >= 0 && !channel.startsWith(delivery.prefix())) {
            throw new IllegalArgumentException(
                    "receive: %s belongs to another process (expected: a name that starts with %s or has no !)"
                            .formatted(channel, delivery.prefix()));
        }
    }

    @Override
    @CheckReturnValue
    public CompletionStage<String> newChannel() {
        return CompletableFuture.completedFuture(delivery.newPulledName());
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        if (closed) {
            throw closedException();
        }
        SubscribedChannel channel = new SubscribedChannel(delivery, home, subscriber);
        delivery.open(channel);
        if (closed) { // closed in the meantime
            channel.close();
            throw closedException();
        }
        return channel;
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupAdd(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (closed) {
            return rejectClosed();
        }
        delivery.groupAdd(group, channel);
        return Stages.done();
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (closed) {
            return rejectClosed();
        }
        delivery.groupDiscard(group, channel);
        return Stages.done();
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        return closed ? rejectClosed() : delivery.groupSend(group, message, exceptChannels);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Integer> memberCount(String group) {
        return CompletableFuture.completedFuture(groupSize(group));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> flush() {
        delivery.flush();
        return Stages.done();
    }

    @Override
    public void close() {
        closed = true;
        delivery.close(closedException());
    }

    /**
     * Returns the number of dropped messages. Messages are dropped if a limit is reached, if they expire unread, or if
     * their channel is closed.
     *
     * @return the number since the layer was created
     */
    public long dropped() {
        return delivery.dropped();
    }

    /**
     * Returns the number of messages that a later message with the same {@linkplain Message#latest key} replaced before they were handled. A
     * message that was replaced for several members counts once per member. They are not counted as dropped.
     *
     * @return the number since the layer was created
     */
    public long conflated() {
        return delivery.conflatedCount();
    }

    /**
     * Returns the number of groups that have members.
     *
     * @return the number
     */
    public int groupCount() {
        return delivery.groupCount();
    }

    /**
     * Returns the number of members of a group.
     *
     * @param group the group's name
     * @return the number
     */
    public int groupSize(String group) {
        return delivery.groupSize(LayerNames.requireGroup(group));
    }

    /**
     * Returns the number of open subscriptions plus the number of pulled channels with waiting messages or receivers.
     *
     * @return the number
     */
    public int channelCount() {
        return delivery.channelCount();
    }

    private static CompletionStage<Void> rejectClosed() {
        return CompletableFuture.failedFuture(closedException());
    }

    private static ChannelsException closedException() {
        return new ChannelsException("channel layer: closed (expected: an open layer)");
    }
}
