package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Configuration;
import io.channels4j.Message;
import io.channels4j.control.ConfirmedControlMessages;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerNames;
import io.channels4j.layer.LayerStatus;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.command.Replication;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.SingleGapSubscriber;
import io.channels4j.redis.queue.QueueTransport;
import io.channels4j.redis.queue.store.DeadLetterLimits;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A channel layer for several processes, based on queues in Redis. Use it for background work, for messages that must survive a short
 * outage, and for groups with channels of other processes.
 *
 * <p><b>Plain channels</b>, those without an exclamation mark, are work queues. Each message goes to one receiver across all processes.
 * Messages are delivered in the order in which they were sent, except for redeliveries and while a cluster slot moves. A queue is bounded
 * by the capacity of its channel, and messages expire according to the Redis server's clock. {@link #receive} delivers at most once. A
 * message received with {@link #take} is delivered again if the receiving process dies before acknowledging it.
 *
 * <p><b>Groups.</b> A message to a group is added to the inboxes of all other processes with members in one atomic step. Its cost depends
 * on the number of processes, not on the number of members (guarantee P6). Members in the sender's process receive it directly, not
 * through Redis. An inbox is bounded. A message to a full inbox is dropped and counted by the sender's process. Within a process, each
 * channel has its own capacity. Each process holds a lease in Redis. If a process dies, its members are removed from their groups when
 * the lease expires. While a process renews its lease, its connections stay in their groups.
 *
 * <p><b>Delayed messages</b> wait in Redis and outlive their sender. Messages to a channel of the sender's process wait in that process.
 *
 * <p><b>Outage</b> (guarantee P5). While Redis is unavailable, members of this process still receive each other's messages, and joining a
 * group succeeds. Messages to other processes fail with {@link LayerUnavailableException}, or wait (see {@link
 * Builder#maxBytesDuringOutage}). If the outage is shorter than the lease and Redis keeps its data, no accepted message is lost.
 * Otherwise, listeners are notified of a possible gap. Each connection in an affected group receives one message of type {@link
 * ChannelLayer#GAP}.
 *
 * <p>A process has one connection to each host, regardless of the number of its members. Separate connections read its inboxes and
 * receive work: one of each kind per host, or per partition of a cluster. They are opened when they are needed; see {@link
 * Builder#partitions}. (Channels: {@code RedisChannelLayer}.)
 *
 * <p><b>Threads.</b> Thread-safe. Only creating the layer blocks.
 */
@SuppressWarnings("exports") // the internal base class gives the library access to control messages
public final class RedisChannelLayer extends ControlOwner implements ChannelLayer {

    static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);
    static final Duration DEFAULT_RENEWAL = Duration.ofSeconds(10);

    private static final String LOST = "the message may be lost";

    private final InMemoryChannelLayer local;
    private final String process;
    private final ControlThread control = new ControlThread("channels-redis-queues");
    private final ReportCounts reports = new ReportCounts();
    private final RedisStatus status;
    private final QueueTransport queues;
    private final ControlMessages controlMessages;
    private volatile boolean closed;

    private RedisChannelLayer(Builder builder) {
        List<LayerListener> listeners = reports.before(builder.listeners());
        local = InMemoryChannelLayer.of(builder.settings(), listeners.toArray(LayerListener[]::new));
        LocalDelivery.of(local).onGroupChange(this::groupChanged);
        QueueSettings parts = builder.queueSettings(); // validates the settings before anything is opened
        String prefix = LocalDelivery.of(local).prefix();
        process = prefix.substring(0, prefix.length() - 1);
        status = new RedisStatus(
                "Redis layer", "messages reach only members in this process, and work queues stand still", listeners);
        LettuceClients clients = LettuceClients.open(builder.hosts(), "channels-queues");
        queues = new QueueTransport(parts, clients, control, status, new LocalMember(process, local, this::confirmed));
        controlMessages = new ConfirmedControlMessages(
                LocalDelivery.of(local).control(), new QueueControl(process, queues, control, parts.lease()));
    }

    /**
     * Creates a layer with all defaults. Blocks like {@link Builder#build()}.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the layer
     */
    public static RedisChannelLayer create(String... urls) {
        return builder(urls).build();
    }

    /**
     * Returns a builder for a layer.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the builder
     */
    public static Builder builder(String... urls) {
        return builder(RedisHosts.of(urls));
    }

    /**
     * Returns a builder for a layer.
     *
     * @param hosts the hosts
     * @return the builder
     */
    public static Builder builder(RedisHosts hosts) {
        return new Builder(hosts);
    }

    /**
     * Returns a builder for a layer with the settings whose names start with {@code channels.redis.} and {@code channels.layer.}. Later
     * calls on the builder replace them.
     *
     * @param configuration the settings; the configuration page of the manual lists their names
     * @return the builder
     * @throws IllegalArgumentException if {@code channels.redis.urls} is missing, or a value or a name is invalid. Secrets do not appear
     *     in the message
     */
    public static Builder builder(Configuration configuration) {
        return RedisConfiguration.queueLayerBuilder(configuration);
    }

    /** Builds a layer. Not thread-safe. */
    public static final class Builder extends RedisLayerBuilder<Builder> {

        private Duration lease = DEFAULT_LEASE;
        private Duration heartbeat = DEFAULT_RENEWAL;
        private int inboxCapacity = 10_000;
        private int partitions = 8;
        private Replication replication = Replication.NONE;
        private DeadLetterLimits deadLetters = DeadLetterLimits.DEFAULT;

        private Builder(RedisHosts hosts) {
            super(hosts);
        }

        /**
         * Sets the duration of the lease and the time between renewals; 30 and 10 seconds by default. A process counts as dead when its
         * lease expires.
         *
         * @param time the duration of the lease
         * @param every the time between renewals, at most half of the lease
         * @return this builder
         */
        public Builder lease(Duration time, Duration every) {
            lease = Durations.clamp(time);
            heartbeat = Durations.clamp(every);
            return this;
        }

        /**
         * Sets how many messages may wait in Redis for a process that reads too slowly; 10,000 by default. Messages can share an entry,
         * so an inbox may contain up to a quarter more.
         *
         * @param messages the maximum number of messages per inbox, at least 1
         * @return this builder
         */
        public Builder inboxCapacity(int messages) {
            inboxCapacity = messages;
            return this;
        }

        /**
         * Makes a send complete only when Redis replicas also have the message. A confirmed message then survives a failure of the master
         * if one of these replicas is promoted. By default, a confirmed message is lost if its master fails before replicating it.
         *
         * <p>If too few replicas confirm within {@code atMost}, the send fails with {@link LayerUnavailableException}, but the message
         * may still be delivered. A send takes one more round trip, which concurrent sends share.
         *
         * @param count the number of replicas, zero or more; set {@code min-replicas-to-write} in Redis accordingly
         * @param atMost how long to wait for them, more than zero and at most the time between renewals of the lease
         * @return this builder
         */
        public Builder confirmedByReplicas(int count, Duration atMost) {
            replication = new Replication(count, Durations.clamp(atMost));
            return this;
        }

        /**
         * Sets the number of partitions in a cluster; 8 by default. Groups, channels and processes are divided among them. Partitions can
         * be on different nodes. The number must be the same in all processes. A process has separate connections for each partition that
         * it reads. Without a cluster, this setting has no effect: each host is one partition.
         *
         * @param count the number of partitions, at least 1
         * @return this builder
         */
        public Builder partitions(int count) {
            partitions = count;
            return this;
        }

        /**
         * Sets how long work waits for a process that can read it, and how many dead letters are kept. One hour, 10,000 messages and 64
         * MiB by default. A process leaves messages that it cannot read, such as those of another version, to other processes. {@link
         * DeadLetter.Reason} lists why messages become dead letters. If there are too many, the oldest are removed. See {@link
         * RedisChannelLayer#deadLetters()}.
         *
         * @param unreadableAfter how long unreadable work waits, zero or more; dead letters themselves do not expire
         * @param maxMessages the maximum number of dead letters per host or partition, at least 1
         * @param maxBytes the maximum total size of their messages in bytes, per host or partition, at least 1
         * @return this builder
         */
        public Builder deadLetters(Duration unreadableAfter, int maxMessages, long maxBytes) {
            deadLetters = new DeadLetterLimits(Durations.clamp(unreadableAfter), maxMessages, maxBytes);
            return this;
        }

        /**
         * Creates the layer. Blocks until the first attempt to connect to each host has ended or the time-out of the hosts has passed. If
         * a host is still unavailable, the layer starts in an outage. Do not call it on an event loop.
         *
         * @return the layer
         * @throws ChannelsException if Redis rejects the user, the password, the database or the layer's scripts
         */
        public RedisChannelLayer build() {
            RedisChannelLayer layer = new RedisChannelLayer(this);
            layer.queues.start(hosts().timeout());
            return layer;
        }

        @Override
        Builder self() {
            return this;
        }

        QueueSettings queueSettings() {
            Duration sendTimeout = waitsDuringOutage() ? settings().expiry() : Duration.ZERO;
            return new QueueSettings(
                    hosts(),
                    keys(),
                    codec(),
                    settings(),
                    lease,
                    heartbeat,
                    inboxCapacity,
                    sendTimeout,
                    maxWaitingBytes(),
                    partitions,
                    replication,
                    deadLetters);
        }
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        return closed || isHere(channel)
                ? local.send(channel, message)
                : request("send to " + channel, LOST, () -> queues.send(channel, message));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Messages to a channel of this process wait in this process. All others wait in Redis.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        LayerNames.requireChannel(channel);
        if (delay.isZero()) {
            return send(channel, message);
        }
        return closed || delay.isNegative() || isHere(channel)
                ? local.sendLater(channel, message, delay)
                : request("send to " + channel, LOST, () -> queues.sendLater(channel, message, Durations.clamp(delay)));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Message> receive(String channel) {
        LayerNames.requireChannel(channel);
        return closed || channel.indexOf('!') >= 0 ? local.receive(channel) : queues.receive(channel);
    }

    /**
     * {@inheritDoc}
     *
     * <p>While this process holds its lease, no other process receives the message. If this process dies or cannot reach Redis until its
     * lease expires, another process receives the message. An acknowledgement made during an outage is sent to Redis afterwards. A
     * requeued message goes to the end of the queue, even if the queue is full. A message to a channel that belongs to this process is
     * lost if the process dies.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Delivery> take(String channel) {
        LayerNames.requireChannel(channel);
        return closed || channel.indexOf('!') >= 0 ? local.take(channel) : queues.take(channel);
    }

    @Override
    public boolean redelivers() {
        return true;
    }

    @Override
    @CheckReturnValue
    public CompletionStage<String> newChannel() {
        return local.newChannel();
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        return SingleGapSubscriber.subscribe(local, home, subscriber);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A channel of another process is added by that process. If that process no longer exists, the stage completes without adding the
     * channel. A plain channel leaves the group after the group expiry.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupAdd(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (closed || isHere(channel)) {
            CompletionStage<Void> joined = local.groupAdd(group, channel);
            return closed ? joined : queues.confirmed(group);
        }
        return request(
                "add %s to group %s".formatted(channel, group),
                "the channel may not be a member",
                () -> queues.join(group, channel));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        return closed || isHere(channel)
                ? local.groupDiscard(group, channel)
                : request(
                        "remove %s from group %s".formatted(channel, group),
                        "the channel may still be a member",
                        () -> queues.leave(group, channel));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        if (closed) {
            return local.groupSend(group, message, exceptChannels);
        }
        CompletableFuture<Void> sent;
        try {
            sent = queues.sendToGroup(group, message, exceptChannels);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e); // fails before local members receive the message
        }
        CompletionStage<Void> there =
                request("send to group " + group, "only members of this process have the message", () -> sent);
        CompletionStage<Void> here = local.groupSend(group, message, exceptChannels);
        return Stages.both(here, there);
    }

    @Override
    protected ControlMessages control() {
        return controlMessages;
    }

    private static CompletionStage<Void> request(
            String action, String effect, Supplier<CompletableFuture<Void>> request) {
        try {
            return request.get()
                    .exceptionallyCompose(failure ->
                            CompletableFuture.failedFuture(RedisFailures.unavailable(action, effect, failure)));
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean isHere(String channel) {
        return channel.startsWith(process) && channel.startsWith("!", process.length());
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> flush() {
        CompletionStage<Void> here = local.flush();
        return closed ? here : here.thenCompose(nothing -> request("flush", "keys may remain", queues::flush));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Returns unfinished work to its queues, leaves all groups and releases the lease. Blocks until Redis has confirmed this, for at
     * most 2 seconds; does not block on an event loop. If Redis does not confirm, other processes receive the work when the lease has
     * expired. Close servers first, then workers, then the layer, so that {@code disconnect} callbacks can still use it; see {@code
     * NettyServer.alsoClose}.
     */
    @Override
    public void close() {
        LayerShutdown.await(closeAsync());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Does what {@link #close} does, without blocking. A non-daemon thread keeps the JVM running until the stage completes.
     */
    @Override
    @CheckReturnValue
    public CompletableFuture<Void> closeAsync() {
        closed = true;
        local.close();
        return LayerShutdown.keepRunningUntil(queues.release());
    }

    /** Closes the connections without releasing anything in Redis, as if the process had been killed. For tests. */
    void die() {
        closed = true;
        queues.die();
    }

    /**
     * Returns the messages of work queues that no worker could handle.
     *
     * @return the dead letters of all processes with the same prefix
     */
    public DeadLetters deadLetters() {
        return new DeadLetters(queues.deadLetters());
    }

    @Override
    public LayerStatus status() {
        return status.snapshot();
    }

    /**
     * Returns the health of this layer.
     *
     * @return the current values
     */
    public LayerHealth health() {
        QueueCounters counts = queues.counters();
        return new LayerHealth(
                status.state(),
                status.cause(),
                status.since(),
                queues.lag(),
                queues.groups(),
                counts.sent(),
                counts.received(),
                counts.failed(),
                reports.lost(),
                0,
                reports.dropped(),
                reports.drops(),
                reports.conflated(),
                reports.gaps(),
                counts.retries(),
                counts.malformed(),
                counts.unreadable(),
                counts.deadLetters());
    }

    private CompletionStage<Void> confirmed(String group) {
        return queues.confirmed(group);
    }

    private void groupChanged(String group) {
        queues.changed(group);
    }
}
