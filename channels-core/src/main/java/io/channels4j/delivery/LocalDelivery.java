package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.control.ControlTopics;
import io.channels4j.control.LocalControl;
import io.channels4j.delivery.DeliveryLimits.DropReason;
import io.channels4j.delivery.WaitingBytes.Bound;
import io.channels4j.internal.Footprint;
import io.channels4j.internal.SharedEvents;
import io.channels4j.internal.Stages;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers messages to the channels and groups of this process. The messages of a subscribed channel are pushed to its
 * subscriber, on the subscriber's executor. Those of a pulled channel are received on request.
 *
 * <p>A group message is passed to each executor once. Names are not validated.
 *
 * <p><b>Threads.</b> Thread-safe. No method blocks.
 */
public final class LocalDelivery {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.layer.ChannelLayer");
    /** The type of the message that reports a gap, {@code ChannelLayer.GAP}. */
    static final String GAP = "layer.gap";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final DeliveryLimits limits;
    private final InstantSource clock;
    private final LongAdder dropped = new LongAdder();
    private final LongAdder conflated = new LongAdder();
    private final WaitingBytes bytes;
    private final PullChannels pulled;
    private final DelayedSends delayed;
    private final LocalGroups groups;
    private final LocalControl control = new LocalControl();
    private final String prefix;
    private final AtomicLong names = new AtomicLong();
    private final Map<String, LocalChannel> subscribed = new ConcurrentHashMap<>();
    private final Map<Executor, DeliveryQueue> queues = new ConcurrentHashMap<>();
    private volatile UnaryOperator<String> outsideName = UnaryOperator.identity();

    /**
     * Creates a delivery without channels.
     *
     * @param limits the limits
     * @param clock the clock for the expiry of messages and memberships
     */
    public LocalDelivery(DeliveryLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.bytes = new WaitingBytes(limits.maxChannelBytes(), limits.maxWaitingBytes());
        this.delayed = new DelayedSends(bytes);
        this.groups = new LocalGroups(limits.groupCapacity(), bytes);
        this.pulled = new PullChannels(
                limits, bytes, clock, expired -> drop(DropReason.EXPIRED, expired), groups::removeFromAll);
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        this.prefix = "local." + HexFormat.of().formatHex(random) + "!";
    }

    /** Returns the delivery of an in-memory layer. */
    public static LocalDelivery of(DeliveryOwner layer) {
        return layer.delivery;
    }

    /**
     * Registers a listener for groups that gain their first member or lose their last one. Call this method before the delivery
     * is used.
     *
     * @param listener the listener, called with the group's name on the thread that changed the group. It must not
     *     block. The call may be delayed. {@link #groupSize} returns the current size.
     */
    public void onGroupChange(Consumer<String> listener) {
        groups.onChange(listener);
        control.onChange(listener);
    }

    /**
     * Sets the names by which other processes address the channels of this delivery, if they differ from its own. They
     * appear in logs and exceptions, and the patterns for capacities apply to them. Call this method before the
     * delivery is used.
     *
     * @param outside a function that returns the name outside for a channel of this delivery
     */
    public void outsideNames(UnaryOperator<String> outside) {
        outsideName = name -> name.startsWith(prefix) ? outside.apply(name) : name;
    }

    /** Returns the receivers of control messages in this process. */
    public LocalControl control() {
        return control;
    }

    /**
     * Returns the prefix of all channel names in this delivery. It is unique among all processes and ends with an exclamation
     * mark.
     */
    public String prefix() {
        return prefix;
    }

    // ---- channels ----

    /** Returns a new name for a pulled channel. */
    public String newPulledName() {
        return prefix + "p" + nextName();
    }

    String newSubscribedName() {
        return prefix + "c" + nextName();
    }

    private String nextName() {
        return Long.toString(names.incrementAndGet(), Character.MAX_RADIX);
    }

    int capacityOf(String channel) {
        return limits.capacities().applyAsInt(outsideName.apply(channel));
    }

    /** Returns true if a name belongs to a subscribed channel of this delivery, open or closed. */
    public boolean isSubscribed(String channel) {
        return channel.startsWith(prefix) && channel.startsWith("c", prefix.length());
    }

    /** Opens a subscribed channel. */
    public void open(LocalChannel channel) {
        subscribed.put(channel.channel(), channel);
    }

    /** Returns the queue of an executor and counts one more channel that uses it. */
    DeliveryQueue queue(Executor home) {
        return queues.compute(home, (executor, known) -> {
            DeliveryQueue used = known == null ? new DeliveryQueue(executor) : known;
            used.channels++;
            return used;
        });
    }

    void closed(LocalChannel channel, List<LocalMembers.Membership> memberships) {
        subscribed.remove(channel.channel());
        memberships.forEach(membership -> {
            DeliveryLog.left(membership.group.name(), channel.channel());
            groups.remove(membership);
        });
        queues.computeIfPresent(channel.queue.executor(), (executor, used) -> --used.channels == 0 ? null : used);
    }

    /**
     * Sends a message to a channel. If the channel is closed, the message is dropped. If it is full, the stage fails.
     */
    public CompletionStage<Void> send(String channel, Message message) {
        LocalChannel open = subscribed.get(channel);
        if (DeliveryLog.isTracing()) {
            DeliveryLog.channelMessage(channel, message.type(), open != null);
        }
        if (open != null) {
            return open.send(SharedEvents.to(channel, message, Message.class));
        }
        if (isSubscribed(channel)) {
            drop(DropReason.NO_RECEIVER, 1); // its connection has ended
            return Stages.done();
        }
        PullChannels.Rejection rejection = pulled.send(channel, message);
        return rejection == null
                ? Stages.done()
                : rejectFull(channel, rejection.channel().size(), rejection.bound());
    }

    /** Rejects a direct message. The bound is {@code NONE} if the channel has reached its capacity. */
    CompletionStage<Void> rejectFull(String channel, int unread, Bound bound) {
        drop(bound.reason, 1);
        String setting = bound == Bound.NONE ? null : bound.setting;
        return CompletableFuture.failedFuture(limits.fullChannel().create(outsideName.apply(channel), unread, setting));
    }

    /** Returns the total size of the waiting messages, and the bounds on it. */
    WaitingBytes bytes() {
        return bytes;
    }

    /**
     * Runs a send after a delay, unless too many messages or bytes are waiting.
     *
     * @param channel the channel's name
     * @param message the message
     * @param delay the delay, of any length
     * @param send the task that sends the message
     * @return a completed stage, or a failed one if too many messages or bytes are waiting
     */
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay, Runnable send) {
        if (delayed.schedule(message, delay, send)) {
            return Stages.done();
        }
        drop(DropReason.TOTAL_BYTES, 1);
        return CompletableFuture.failedFuture(limits.fullChannel()
                .create(outsideName.apply(channel) + ", delayed messages", delayed.size(), Bound.TOTAL.setting));
    }

    /**
     * Takes the next message from a pulled channel.
     *
     * @param channel the channel's name
     * @param form the function that converts the message
     * @param <T> the type of the converted message
     * @return a stage that completes with the converted message. Cancelling it ends the wait. No message is lost.
     */
    public <T> CompletableFuture<T> take(String channel, Function<UnreadMessage, T> form) {
        return pulled.take(channel, form);
    }

    /** Puts an unread message back at the end of its channel, even if the channel is full. */
    public void requeue(String channel, UnreadMessage unread) {
        pulled.requeue(channel, unread);
    }

    // ---- groups ----

    /** Adds a channel to a group. Has no effect if it is a closed subscribed channel. */
    public void groupAdd(String group, String channel) {
        DeliveryLog.joined(group, channel);
        LocalChannel open = subscribed.get(channel);
        if (open != null) {
            groups.add(group, open);
        } else if (!isSubscribed(channel)) {
            groups.add(group, channel, clock.millis() + limits.groupExpiry().toMillis());
        }
    }

    /** Removes a channel from a group. */
    public void groupDiscard(String group, String channel) {
        DeliveryLog.left(group, channel);
        LocalGroup members = groups.get(group);
        if (members == null) {
            return;
        }
        LocalChannel open = subscribed.get(channel);
        if (open == null) {
            groups.remove(members, channel);
        } else {
            groups.remove(members, open);
        }
    }

    /**
     * Sends a message to the members of a group. If a member's channel is full, the member is skipped and the message is counted
     * as dropped.
     */
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LocalGroup members = groups.get(group);
        if (DeliveryLog.isTracing()) {
            DeliveryLog.groupMessage(group, message.type(), groupSize(group));
        }
        if (members == null) {
            return ControlTopics.isControl(group) ? control.received(group, message) : Stages.done();
        }
        Message own = SharedEvents.to(group, message, Message.class);
        CompletionStage<Void> sent = Stages.done();
        for (LocalMembers bucket : members.buckets()) {
            sent = Stages.both(sent, enqueue(group, bucket, own, exceptChannels));
        }
        if (members.hasPulledMembers()) {
            sendToPulled(members, own, exceptChannels);
        }
        return sent;
    }

    /** Notifies the members of a group, or the receivers in a control group, of a gap in their messages. */
    public void missed(String group, Message gap) {
        if (ControlTopics.isControl(group)) {
            control.missed(group);
        } else {
            Stages.ignore(groupSend(group, gap, Set.of()));
        }
    }

    /** Notifies a subscribed channel of a gap, because a direct message from another process was rejected. */
    public void missedByChannel(String channel) {
        LocalChannel open = subscribed.get(channel);
        if (open != null) {
            open.missed();
        }
    }

    private CompletionStage<Void> enqueue(
            String group, LocalMembers bucket, Message message, Set<String> exceptChannels) {
        if (bucket.full()) {
            return dropForAll(group, bucket, Bound.NONE);
        }
        Footprint footprint = null;
        if (bucket.measures()) {
            footprint = bytes.measure(message);
            Bound bound = bucket.add(footprint);
            if (bound != Bound.NONE) {
                return dropForAll(group, bucket, bound);
            }
        }
        return bucket.queue.send(bucket, message, exceptChannels, footprint);
    }

    private CompletionStage<Void> dropForAll(String group, LocalMembers bucket, Bound bound) {
        drop(bound.reason, bucket.size());
        Message gap = bucket.missed();
        if (gap != null) {
            Stages.ignore(bucket.queue.send(bucket, gap, Set.of(), null)); // at most one exceeds the bound
        }
        if (bucket.firstLoss()) {
            LOG.warn(
                    "group {}: too many messages wait for one executor ({}); a message was dropped for its {} members"
                            + " there, further drops are only counted",
                    group,
                    bound.setting,
                    bucket.size());
        }
        return Stages.done();
    }

    private void sendToPulled(LocalGroup group, Message message, Set<String> exceptChannels) {
        long now = clock.millis();
        pulled.expire(now);
        for (String channel : group.pulledMembers()) {
            if (group.expired(channel, now)) {
                groups.remove(group, channel);
            } else if (!exceptChannels.contains(channel)) {
                PullChannels.Rejection rejection = pulled.send(channel, message);
                if (rejection != null) {
                    skip(channel, rejection);
                }
            }
        }
    }

    private void skip(String channel, PullChannels.Rejection rejection) {
        drop(rejection.bound().reason, 1);
        if (rejection.channel().firstDrop()) {
            LOG.warn(
                    "channel {}: full ({} unread messages, {} reached); a group's message was dropped, further drops"
                            + " are only counted",
                    outsideName.apply(channel),
                    rejection.channel().size(),
                    rejection.bound().setting);
        }
    }

    // ---- the whole delivery ----

    /** Removes all groups, delayed messages, and messages in pulled channels. Subscribed channels stay open. */
    public void flush() {
        delayed.clear();
        pulled.clear();
        groups.clear(subscribed.values());
    }

    /**
     * Closes all channels.
     *
     * @param failure the exception with which waiting receivers fail
     */
    public void close(RuntimeException failure) {
        delayed.close();
        pulled.close(failure);
        List.copyOf(subscribed.values()).forEach(LocalChannel::close);
        groups.close();
        control.close();
    }

    /** Returns the estimated heap that the waiting messages retain, in bytes. */
    public long waitingBytes() {
        return bytes.total();
    }

    void drop(DropReason reason, int messages) {
        dropped.add(messages);
        limits.drops().dropped(reason, messages);
    }

    /** Counts a message that a later one with the same key has replaced. */
    void conflated() {
        conflated.increment();
        limits.drops().conflated();
    }

    /** Returns the number of messages that were not delivered because a later one with the same key replaced them. */
    public long conflatedCount() {
        return conflated.sum();
    }

    /**
     * Returns the number of dropped messages. These include messages to full or closed channels and messages that
     * expired unread.
     */
    public long dropped() {
        return dropped.sum();
    }

    /** Returns the number of groups that have members. */
    public int groupCount() {
        return groups.count();
    }

    /** Returns the number of members of a group, or the number of receivers in a control group. */
    public int groupSize(String group) {
        LocalGroup members = groups.get(group);
        return members == null ? control.size(group) : members.size();
    }

    /**
     * Returns the number of open subscribed channels and of pulled channels in which a message or a receiver waits.
     */
    public int channelCount() {
        return subscribed.size() + pulled.size();
    }
}
