package io.channels4j.layer;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
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
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel layer for one process, fit for production there: bounded, and safe from any thread. A group's message is handed over
 * once per event loop, however many members live on it.
 *
 * <p>Messages to a connection's channel come in order. A connection that has its capacity of messages unread loses further ones,
 * counted in {@link #dropped()} and logged once. While more than 256 messages are on their way to an event loop, sends to it
 * complete when theirs has arrived.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks.
 */
public final class InMemoryChannelLayer implements ChannelLayer {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLayer.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LayerSettings settings;
    private final InstantSource clock;
    private final LocalDrops drops = new LocalDrops();
    private final PullChannels pulled;
    private final String prefix;
    private final AtomicLong names = new AtomicLong();
    private final Map<String, LocalChannel> subscribed = new ConcurrentHashMap<>();
    private final Map<String, LocalGroup> groups = new ConcurrentHashMap<>();
    private final Map<Executor, Handover> handovers = new ConcurrentHashMap<>();

    /** The groups of each pulled channel, to leave them when its messages expire unread. */
    private final Map<String, Set<String>> groupsOfPulled = new ConcurrentHashMap<>();

    private final DelayedSends delayed = new DelayedSends();
    private volatile boolean closed;

    private final Consumer<String> groupChanged;

    private InMemoryChannelLayer(LayerSettings settings, InstantSource clock, Consumer<String> groupChanged) {
        this.settings = settings;
        this.clock = clock;
        this.groupChanged = groupChanged;
        this.pulled = new PullChannels(settings, clock, drops, this::leaveAllGroups);
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        this.prefix = "local." + HexFormat.of().formatHex(random) + "!";
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
     * Returns a layer with other limits.
     *
     * @param settings the limits
     * @return the layer
     */
    public static InMemoryChannelLayer of(LayerSettings settings) {
        return of(settings, InstantSource.system());
    }

    /**
     * Returns a layer whose messages expire by a clock of the caller's, for tests.
     *
     * @param settings the limits
     * @param clock the clock
     * @return the layer
     */
    public static InMemoryChannelLayer of(LayerSettings settings, InstantSource clock) {
        return of(settings, clock, group -> {});
    }

    /**
     * Returns a layer that tells when a group gets its first member or loses its last one, for layers that reach other processes
     * and keep their local members here.
     *
     * @param settings the limits
     * @param clock the clock
     * @param groupChanged takes the group's name, on the thread that changed it and maybe late: {@link #groupSize} tells what is so
     *     by then; it must not block
     * @return the layer
     */
    public static InMemoryChannelLayer of(LayerSettings settings, InstantSource clock, Consumer<String> groupChanged) {
        return new InMemoryChannelLayer(settings, clock, groupChanged);
    }

    /**
     * Returns the part of this layer's channel names that they have in common and nobody else has, for layers that reach other
     * processes.
     *
     * @return the prefix, which ends with an exclamation mark
     */
    public String channelPrefix() {
        return prefix;
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        if (closed) {
            return refused();
        }
        LocalChannel connection = subscribed.get(channel);
        if (connection != null) {
            return connection.send(message);
        }
        if (isConnection(channel)) {
            dropped(1); // its connection is gone
            return Stages.done();
        }
        int unread = pulled.send(channel, message);
        if (unread < 0) {
            return Stages.done();
        }
        dropped(1);
        return CompletableFuture.failedFuture(new ChannelFullException(channel, unread));
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        LayerNames.requireChannel(channel);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(delay));
        }
        if (closed) {
            return refused();
        }
        if (delay.isZero()) {
            return send(channel, message);
        }
        delayed.schedule(delay, () -> sendDelayed(channel, message));
        return Stages.done();
    }

    private void sendDelayed(String channel, Message message) {
        send(channel, message).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("a delayed message {} was dropped: {}", message.type(), failure.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        return pull(channel, pulled::receive);
    }

    /**
     * {@inheritDoc}
     *
     * <p>What is given back goes to the end of the channel, full or not. All is gone with the process.
     */
    @Override
    public CompletionStage<Delivery> take(String channel) {
        return pull(channel, pulled::take);
    }

    @Override
    public boolean redelivers() {
        return true;
    }

    private <T> CompletionStage<T> pull(String channel, Function<String, CompletableFuture<T>> take) {
        LayerNames.requireChannel(channel);
        if (subscribed.containsKey(channel) || isConnection(channel)) {
            throw new IllegalArgumentException(
                    "receive: %s is a connection's channel (expected: one of newChannel() or a plain name)"
                            .formatted(channel));
        }
        if (channel.indexOf('!') >= 0 && !channel.startsWith(prefix)) {
            throw new IllegalArgumentException(
                    "receive: %s belongs to another process (expected: a name that starts with %s or has no !)"
                            .formatted(channel, prefix));
        }
        if (closed) {
            return CompletableFuture.failedFuture(closedException());
        }
        CompletableFuture<T> taken = take.apply(channel);
        if (closed) { // while this went on
            taken.completeExceptionally(closedException());
        }
        return taken;
    }

    @Override
    public CompletionStage<String> newChannel() {
        return CompletableFuture.completedFuture(prefix + "p" + nextName());
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        if (closed) {
            throw closedException();
        }
        String name = prefix + "c" + nextName();
        Handover handover = handovers.compute(home, (executor, known) -> {
            Handover used = known == null ? new Handover(executor) : known;
            used.users++;
            return used;
        });
        LocalChannel channel = new LocalChannel(this, name, handover, subscriber, settings.capacityOf(name));
        subscribed.put(name, channel);
        if (closed) { // while this went on
            channel.close();
            throw closedException();
        }
        return channel;
    }

    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (closed) {
            return refused();
        }
        LocalChannel connection = subscribed.get(channel);
        if (connection != null) {
            addTo(group, members -> members.add(connection));
        } else if (!isConnection(channel)) {
            groupsOfPulled
                    .computeIfAbsent(channel, name -> ConcurrentHashMap.newKeySet())
                    .add(group);
            long expiresAt = clock.millis() + settings.groupExpiry().toMillis();
            addTo(group, members -> members.add(channel, expiresAt));
        }
        return Stages.done();
    }

    private void addTo(String name, Predicate<LocalGroup> add) {
        LocalGroup known = groups.get(name);
        LocalGroup group = known == null ? fresh(name) : known;
        while (!add.test(group)) {
            groups.remove(name, group);
            group = fresh(name);
        }
        if (group.dead()) {
            groups.remove(name, group);
        } else if (group != known) {
            groupChanged.accept(name);
        }
    }

    private LocalGroup fresh(String name) {
        return groups.computeIfAbsent(name, n -> new LocalGroup(n, settings.capacity()));
    }

    private void forget(LocalGroup group) {
        groups.remove(group.name(), group);
        groupChanged.accept(group.name());
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (closed) {
            return refused();
        }
        LocalGroup members = groups.get(group);
        if (members == null) {
            return Stages.done();
        }
        LocalChannel connection = subscribed.get(channel);
        if (connection == null) {
            discardPulled(members, channel);
        } else {
            LocalMembers.Membership membership = connection.leave(members);
            if (membership != null) {
                remove(membership);
            }
        }
        return Stages.done();
    }

    private void remove(LocalMembers.Membership membership) {
        if (membership.group.remove(membership)) {
            forget(membership.group);
        }
    }

    private void discardPulled(LocalGroup group, String channel) {
        if (group.remove(channel)) {
            forget(group);
        }
        groupsOfPulled.computeIfPresent(channel, (name, joined) -> {
            joined.remove(group.name());
            return joined.isEmpty() ? null : joined;
        });
    }

    private void leaveAllGroups(String channel) {
        Set<String> joined = groupsOfPulled.remove(channel);
        if (joined == null) {
            return;
        }
        for (String name : joined) {
            LocalGroup group = groups.get(name);
            if (group != null && group.remove(channel)) {
                forget(group);
            }
        }
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        if (closed) {
            return refused();
        }
        LocalGroup members = groups.get(group);
        if (members == null) {
            return Stages.done();
        }
        CompletionStage<Void> sent = Stages.done();
        for (LocalMembers bucket : members.buckets()) {
            CompletionStage<Void> handed = handOver(group, bucket, message, exceptChannels);
            sent = handed == Stages.done() ? sent : sent.thenCombine(handed, (a, b) -> a);
        }
        sendToPulled(members, message, exceptChannels);
        return sent;
    }

    private CompletionStage<Void> handOver(
            String group, LocalMembers bucket, Message message, Set<String> exceptChannels) {
        if (bucket.full()) {
            dropped(bucket.size());
            if (bucket.firstLoss()) {
                LOG.warn(
                        "group {}: the capacity of messages is on its way to an executor; a message was dropped for its"
                                + " members, and later ones are counted only",
                        group);
            }
            return Stages.done();
        }
        return bucket.handover.toMembers(bucket, message, exceptChannels);
    }

    private void sendToPulled(LocalGroup group, Message message, Set<String> exceptChannels) {
        long now = clock.millis();
        pulled.expire(now);
        for (String channel : group.pulledMembers()) {
            if (group.expired(channel, now)) {
                discardPulled(group, channel);
            } else if (!exceptChannels.contains(channel) && pulled.send(channel, message) >= 0) {
                dropped(1);
            }
        }
    }

    @Override
    public CompletionStage<Void> flush() {
        delayed.clear();
        pulled.clear();
        groupsOfPulled.clear();
        subscribed
                .values()
                .forEach(channel -> List.copyOf(groups.values()).forEach(group -> {
                    LocalMembers.Membership membership = channel.leave(group);
                    if (membership != null) {
                        remove(membership);
                    }
                }));
        groups.clear();
        return Stages.done();
    }

    @Override
    public void close() {
        closed = true;
        delayed.close();
        pulled.close(closedException());
        List.copyOf(subscribed.values()).forEach(LocalChannel::close);
        groups.clear();
        groupsOfPulled.clear();
    }

    /**
     * Returns how many messages reached nobody: their channel was full, gone, or not read within the expiry.
     *
     * @return the number since the layer was made
     */
    public long dropped() {
        return drops.count();
    }

    /**
     * Returns how many groups have members.
     *
     * @return the number
     */
    public int groupCount() {
        return groups.size();
    }

    /**
     * Returns how many members a group has.
     *
     * @param group the group's name
     * @return the number
     */
    public int groupSize(String group) {
        LocalGroup members = groups.get(LayerNames.requireGroup(group));
        return members == null ? 0 : members.size();
    }

    /**
     * Returns how many channels there are: open subscriptions, and pulled channels in which a message or a receiver waits.
     *
     * @return the number
     */
    public int channelCount() {
        return subscribed.size() + pulled.size();
    }

    void dropped(int messages) {
        drops.add(messages);
    }

    void closed(LocalChannel channel, List<LocalMembers.Membership> memberships) {
        subscribed.remove(channel.channel());
        memberships.forEach(this::remove);
        handovers.computeIfPresent(channel.handover.executor(), (executor, used) -> --used.users == 0 ? null : used);
    }

    private boolean isConnection(String channel) {
        return channel.startsWith(prefix) && channel.startsWith("c", prefix.length());
    }

    private String nextName() {
        return Long.toString(names.incrementAndGet(), Character.MAX_RADIX);
    }

    private static CompletionStage<Void> refused() {
        return CompletableFuture.failedFuture(closedException());
    }

    private static ChannelsException closedException() {
        return new ChannelsException("channel layer: it is closed");
    }
}
