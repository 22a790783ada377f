package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerNames;
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
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueSettings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel layer for many processes with queues in Redis: for work that is shared among workers, for messages that
 * survive a short outage, and where channels of other processes join groups.
 *
 * <p><b>Plain channels</b>, those without an exclamation mark, are work queues: each message goes to one receiver of
 * all processes, in order of sending, bounded by the capacity and expiring by Redis' clock. {@link #receive} is at most
 * once; with {@link #take} a message comes again when its process dies before it is acknowledged.
 *
 * <p><b>Groups.</b> A group's message goes into the inbox of each process with members, in one atomic step whose cost
 * grows with processes and not with members (promise P6), and members in the sender's process hear it without Redis. An
 * inbox is bounded; what is too much is dropped and counted by the sender. Within a process each channel has its own
 * capacity. A process holds a lease in Redis: when it dies, its members are gone with the lease, and a long connection
 * never falls out of its groups.
 *
 * <p><b>Delayed messages</b> wait in Redis and outlive their sender, unless they are for a connection of this process.
 *
 * <p><b>Outage</b> (promise P5). While Redis is out of reach, members of this process still hear each other and joining
 * a group succeeds. Messages to others fail with {@link LayerUnavailableException}, or wait where the builder is told
 * so. Nothing is lost while the outage is shorter than the lease and Redis keeps its data; else listeners are told of a
 * possible gap, and each connection with such a group gets one message of the type {@link ChannelLayer#GAP}.
 *
 * <p>A process has one connection for each host, one more where it reads groups and direct messages, and one more where
 * it receives from work queues, whatever the number of its members; in a cluster these are counted by parts, see
 * {@link Builder#tags}. (Channels: {@code RedisChannelLayer}.)
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks but the making of the layer.
 */
public final class RedisChannelLayer implements ChannelLayer {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final InMemoryChannelLayer local;
    private final String process;
    private final ControlThread loop = new ControlThread("channels-redis-queues");
    private final RedisStatus status;
    private final QueueTransport queues;
    private volatile boolean closed;

    private RedisChannelLayer(Builder builder) {
        local = InMemoryChannelLayer.of(builder.settings());
        LocalDelivery.of(local).onGroupChange(this::groupChanged);
        QueueSettings parts = builder.queueSettings(); // checks them, before there is anything to close
        String prefix = LocalDelivery.of(local).prefix();
        process = prefix.substring(0, prefix.length() - 1);
        status = new RedisStatus("Redis layer", builder.listeners());
        LettuceClients clients = LettuceClients.open(builder.hosts(), "channels-queues");
        queues = new QueueTransport(parts, clients, loop, status, new LocalMember(process, local, this::confirmed));
    }

    /**
     * Returns a layer with all defaults. It waits for the first connection as {@link Builder#build()} does.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the layer
     */
    public static RedisChannelLayer create(String... urls) {
        return builder(urls).build();
    }

    /**
     * Returns a builder of a layer.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the builder
     */
    public static Builder builder(String... urls) {
        return builder(RedisHosts.of(urls));
    }

    /**
     * Returns a builder of a layer.
     *
     * @param hosts the hosts
     * @return the builder
     */
    public static Builder builder(RedisHosts hosts) {
        return new Builder(hosts);
    }

    /** Chooses what a layer is like. Not safe for several threads at once. */
    public static final class Builder extends RedisLayerBuilder<Builder> {

        private static final long UNANSWERED = 16L * 1024 * 1024;

        private Duration lease = Duration.ofSeconds(30);
        private Duration heartbeat = Duration.ofSeconds(10);
        private int inboxCapacity = 10_000;
        private boolean waits;
        private long mostBytes = UNANSWERED;
        private int tags = 8;
        private Replication replication = Replication.NONE;

        private Builder(RedisHosts hosts) {
            super(hosts);
        }

        /**
         * Sets how long a process counts as alive after it was last heard of, and how often it is heard of: 30 and 10
         * seconds unless told otherwise.
         *
         * @param time how long
         * @param every how often, at most half of that
         * @return this builder
         */
        public Builder lease(Duration time, Duration every) {
            lease = time;
            heartbeat = every;
            return this;
        }

        /**
         * Sets how many messages may wait in Redis for a process that reads too slowly; 10,000 unless told otherwise.
         *
         * @param messages how many, one or more
         * @return this builder
         */
        public Builder inboxCapacity(int messages) {
            inboxCapacity = messages;
            return this;
        }

        /**
         * Lets messages to other processes wait while Redis is out of reach, at most for the expiry, and then go in
         * their order. Unless told so they fail at once.
         *
         * @param bytes how many bytes may wait, one or more; what is too much fails at once
         * @return this builder
         */
        public Builder waitDuringOutage(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException(
                        "bytes that may wait during an outage: %d (expected: 1 or more)".formatted(bytes));
            }
            waits = true;
            mostBytes = bytes;
            return this;
        }

        /**
         * Lets a message count as sent when replicas of Redis have it too, so that nothing that was confirmed is lost when a master
         * is and one of these replicas takes over, under Sentinel or in a cluster. Without, which is the default, a confirmed
         * message is lost with its master when it had not gone on to a replica yet.
         *
         * <p>When too few replicas answer in time, the send fails with {@link LayerUnavailableException}, though the message is
         * there and may be delivered. Sends wait for one more turn between master and replica; many at once share it.
         *
         * @param count how many replicas, zero or more; in Redis, {@code min-replicas-to-write} should say so too
         * @param atMost how long to wait for them, more than zero and at most the heartbeat
         * @return this builder
         */
        public Builder confirmedByReplicas(int count, Duration atMost) {
            replication = new Replication(count, atMost);
            return this;
        }

        /**
         * Sets into how many parts the names are divided that can be on different nodes of a cluster; the same in all
         * processes. 8 unless told otherwise. A process has a connection for each part that it reads. Without a cluster
         * each host is one part.
         *
         * @param parts how many, one or more
         * @return this builder
         */
        public Builder tags(int parts) {
            tags = parts;
            return this;
        }

        /**
         * Returns the layer. Waits until each host was tried once, at most for the time-out of the hosts; a layer whose
         * hosts are out of reach by then starts with an outage. Not to be called on an event loop.
         *
         * @return the layer
         * @throws ChannelsException when Redis refuses the user, the password or the database
         */
        public RedisChannelLayer build() {
            RedisChannelLayer layer = new RedisChannelLayer(this);
            layer.start(hosts().timeout());
            return layer;
        }

        @Override
        Builder self() {
            return this;
        }

        QueueSettings queueSettings() {
            Duration sendTimeout = waits ? settings().expiry() : Duration.ZERO;
            return new QueueSettings(
                    hosts(),
                    keys(),
                    codec(),
                    settings(),
                    lease,
                    heartbeat,
                    inboxCapacity,
                    sendTimeout,
                    mostBytes,
                    tags,
                    replication);
        }
    }

    private void start(Duration atMost) {
        try {
            queues.start().toCompletableFuture().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            LOG.warn("Redis layer: no host answered within {} ms; it goes on trying", atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            close();
            throw new ChannelsException("Redis layer: refused (%s)".formatted(RedisFailures.text(e)), e.getCause());
        }
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        return closed || isHere(channel)
                ? local.send(channel, message)
                : Reach.of("send to " + channel, "nobody has", () -> queues.send(channel, message));
    }

    /**
     * {@inheritDoc}
     *
     * <p>A message for a connection of this process waits here; any other waits in Redis.
     */
    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        LayerNames.requireChannel(channel);
        if (delay.isZero()) {
            return send(channel, message);
        }
        return closed || delay.isNegative() || isHere(channel)
                ? local.sendLater(channel, message, delay)
                : Reach.of("send to " + channel, "nobody has", () -> queues.sendLater(channel, message, delay));
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        LayerNames.requireChannel(channel);
        return closed || channel.indexOf('!') >= 0 ? local.receive(channel) : queues.receive(channel);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A message of a work queue goes to another process when this one dies, after the lease; while it lives, nobody else gets it. What
     * Redis cannot be told at once it is told after the outage. What is given back goes to the end of the queue, full or not. A
     * message whose channel is of this process is gone with the process.
     */
    @Override
    public CompletionStage<Delivery> take(String channel) {
        LayerNames.requireChannel(channel);
        return closed || channel.indexOf('!') >= 0 ? local.take(channel) : queues.take(channel);
    }

    @Override
    public boolean redelivers() {
        return true;
    }

    @Override
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
     * <p>A channel of another process is added by that process; one that is gone is not added. A plain channel leaves
     * the group after the group expiry.
     */
    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (closed || isHere(channel)) {
            CompletionStage<Void> joined = local.groupAdd(group, channel);
            return closed ? joined : queues.confirmed(group);
        }
        return Reach.of(
                "add %s to group %s".formatted(channel, group), "it was not added;", () -> queues.join(group, channel));
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        return closed || isHere(channel)
                ? local.groupDiscard(group, channel)
                : Reach.of("take %s out of group %s".formatted(channel, group), "", () -> queues.leave(group, channel));
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        if (closed) {
            return local.groupSend(group, message, exceptChannels);
        }
        CompletableFuture<Void> sent;
        try {
            sent = queues.sendToGroup(group, message, exceptChannels);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e); // it cannot be written, so nobody gets it
        }
        CompletionStage<Void> there = Reach.of("send to group " + group, "members of this process have", () -> sent);
        CompletionStage<Void> here = local.groupSend(group, message, exceptChannels);
        return here == Stages.done() ? there : there.thenCombine(here, (a, b) -> a);
    }

    private boolean isHere(String channel) {
        return channel.startsWith(process) && channel.startsWith("!", process.length());
    }

    @Override
    public CompletionStage<Void> flush() {
        CompletionStage<Void> here = local.flush();
        return closed ? here : here.thenCompose(nothing -> Reach.of("flush", "", queues::flush));
    }

    @Override
    public void close() {
        closed = true;
        local.close();
        queues.close();
    }

    /** Ends as a killed process would: without a word to Redis. For tests. */
    void die() {
        closed = true;
        queues.die();
    }

    /**
     * Returns how this layer is doing.
     *
     * @return the figures of now
     */
    public LayerHealth health() {
        QueueCounters counts = queues.counters();
        return new LayerHealth(
                status.state(),
                queues.lag(),
                queues.groups(),
                counts.sent(),
                counts.received(),
                counts.failed(),
                local.dropped() + counts.dropped(),
                counts.malformed());
    }

    private CompletionStage<Void> confirmed(String group) {
        return queues.confirmed(group);
    }

    private void groupChanged(String group) {
        queues.changed(group);
    }
}
