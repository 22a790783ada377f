package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerNames;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.SingleGapSubscriber;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.NativeAddresses;
import io.channels4j.redis.dialect.PubSubEnvelope;
import io.channels4j.redis.pubsub.Later;
import io.channels4j.redis.pubsub.PlainChannels;
import io.channels4j.redis.pubsub.PubSubCounters;
import io.channels4j.redis.pubsub.PubSubTransport;
import io.channels4j.redis.pubsub.PublishSettings;
import io.channels4j.redis.wire.MessageCodec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A channel layer for many processes on Redis' publish/subscribe: the fastest, for groups and direct messages, at most once.
 *
 * <p>A group's message crosses Redis once for each process that has members, never once for each member (promise P6), and members in
 * the sender's process hear it without Redis. A process subscribes a group while it has members of it. Several hosts share the groups
 * among them; in a cluster, which must be Redis 7 or newer, messages stay on the shard of their group.
 *
 * <p>Only channels of this process can be added to groups, and plain channels that it receives from. A message to a plain channel
 * reaches all processes that receive from it, so that this layer is no queue for workers; a process counts as receiving for the
 * expiry after its last {@link #receive}. Capacities are kept by the receiving process, which drops and counts what is too much: a
 * sender in another process is not told. Delayed messages wait in this process and are lost with it.
 *
 * <p><b>Outage</b> (promise P5). While Redis is out of reach, members of this process still hear each other and joining a group
 * succeeds. Messages to other processes fail with {@link io.channels4j.layer.LayerUnavailableException}, or wait where the builder is told so. While
 * Redis answers, a send completes as soon as the message is on its way, so that a consumer goes on with its next one; see
 * {@link Builder#unanswered}. When Redis is back, the groups are subscribed again in batches, listeners are told of a possible gap,
 * and each connection with such a group gets one message of the type {@link ChannelLayer#GAP}.
 *
 * <p>A process has two connections for each host, whatever the number of its members. (Channels: {@code RedisPubSubChannelLayer}.)
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks but the making of the layer.
 */
public final class RedisPubSubChannelLayer implements ChannelLayer {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final InMemoryChannelLayer local;
    private final String process;
    private final long origin = RANDOM.nextLong();
    private final NativeAddresses addresses;
    private final MessageCodec codec;
    private final PlainChannels plain;
    private final ControlThread loop = new ControlThread("channels-redis-pubsub");
    private final RedisStatus status;
    private final PubSubTransport exchange;

    private final PubSubCounters traffic = new PubSubCounters();
    private volatile boolean closed;

    private RedisPubSubChannelLayer(Builder builder) {
        local = InMemoryChannelLayer.of(builder.settings(), InstantSource.system(), this::groupChanged);
        process = local.channelPrefix();
        addresses = new NativeAddresses(builder.keys(), builder.hosts().cluster());
        codec = builder.codec();
        plain = new PlainChannels(builder.settings().expiry(), this::plainChanged);
        status = new RedisStatus("Redis pub/sub layer", builder.listeners());
        LettuceClients clients = LettuceClients.open(builder.hosts(), "channels-pubsub");
        exchange = new PubSubTransport(
                new PubSubTransport.Parts(builder.hosts(), clients, addresses, loop, status, builder.sending()),
                new Member());
    }

    /**
     * Returns a layer with all defaults. It waits for the first connection as {@link Builder#build()} does.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the layer
     */
    public static RedisPubSubChannelLayer create(String... urls) {
        return builder(urls).build();
    }

    /**
     * Returns a layer with all defaults. It waits for the first connection as {@link Builder#build()} does.
     *
     * @param hosts the hosts
     * @return the layer
     */
    public static RedisPubSubChannelLayer create(RedisHosts hosts) {
        return builder(hosts).build();
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

        private int mostUnanswered = PublishSettings.UNANSWERED;
        private boolean waits;
        private long mostBytes = PublishSettings.BYTES;

        private Builder(RedisHosts hosts) {
            super(hosts);
        }

        /**
         * Sets how many messages may be on their way to each host without their senders waiting for Redis' answer; 256 unless told
         * otherwise. Those that are lost with their connection are counted as failed and logged, but their senders are not told. In a
         * cluster every send waits, so that order is kept when a slot moves.
         *
         * @param most how many, zero or more; with zero every send completes with Redis' answer
         * @return this builder
         */
        public Builder unanswered(int most) {
            if (most < 0) {
                throw new IllegalArgumentException("unanswered messages: %d (expected: 0 or more)".formatted(most));
            }
            mostUnanswered = most;
            return this;
        }

        /**
         * Lets messages to other processes wait while their host is out of reach, at most for the expiry, and then go in their order.
         * Unless told so they fail at once.
         *
         * @param bytes how many bytes may wait for each host, one or more; what is too much fails at once
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
         * Returns the layer. Waits until each host was tried once, at most for the time-out of the hosts; a layer whose hosts are out
         * of reach by then starts with an outage. Not to be called on an event loop.
         *
         * @return the layer
         * @throws ChannelsException when Redis refuses the user, the password or the database
         */
        public RedisPubSubChannelLayer build() {
            RedisPubSubChannelLayer layer = new RedisPubSubChannelLayer(this);
            layer.exchange.changed(layer.addresses.process(layer.process));
            layer.exchange.awaitStart(hosts().timeout());
            layer.loop.every(Duration.ofSeconds(1), layer.plain::sweep);
            return layer;
        }

        @Override
        Builder self() {
            return this;
        }

        PublishSettings sending() {
            return new PublishSettings(
                    mostUnanswered, waits, mostBytes, settings().expiry());
        }
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        int mark = channel.indexOf('!');
        if (closed || channel.startsWith(process)) {
            return local.send(channel, message);
        }
        return mark < 0 ? sendPlain(channel, message) : sendTo(channel.substring(0, mark + 1), channel, message);
    }

    private CompletionStage<Void> sendPlain(String channel, Message message) {
        if (!plain.contains(channel)) {
            return publish(addresses.channel(channel), message, List.of(), "send to " + channel, "nobody has");
        }
        CompletableFuture<Void> here = local.send(channel, message).toCompletableFuture();
        if (here.isCompletedExceptionally()) {
            return here;
        }
        return publish(addresses.channel(channel), message, List.of(), "send to " + channel, "this process has");
    }

    private CompletionStage<Void> sendTo(String other, String channel, Message message) {
        return publish(addresses.process(other), message, List.of(channel), "send to " + channel, "nobody has");
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        LayerNames.requireChannel(channel);
        Duration wait = closed && !delay.isNegative() ? Duration.ZERO : delay;
        return Later.send(loop, wait, message, () -> send(channel, message));
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        LayerNames.requireChannel(channel);
        if (closed || channel.indexOf('!') >= 0) {
            return local.receive(channel);
        }
        plain.receiving(channel);
        CompletionStage<Message> message = local.receive(channel);
        plain.until(channel, message);
        return message;
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
     * @throws IllegalArgumentException when the channel belongs to another process, or is a plain one that this process does not
     *     receive from
     */
    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        LayerNames.requireGroup(group);
        LayerNames.requireChannel(channel);
        if (!channel.startsWith(process) && !plain.contains(channel)) {
            throw new IllegalArgumentException(
                    "group %s: channel \"%s\" is not of this process (expected: a name that starts with %s; a RedisChannelLayer takes others)"
                            .formatted(group, channel, process));
        }
        CompletionStage<Void> joined = local.groupAdd(group, channel);
        return closed ? joined : exchange.confirmed(addresses.group(group));
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        return local.groupDiscard(group, channel);
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        if (closed) {
            return local.groupSend(group, message, exceptChannels);
        }
        byte[] payload;
        try {
            payload = envelope(message, elsewhere(exceptChannels));
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletionStage<Void> here = local.groupSend(group, message, exceptChannels);
        CompletionStage<Void> there =
                publish(addresses.group(group), payload, "send to group " + group, "members of this process have");
        return here == Stages.done() ? there : there.thenCombine(here, (a, b) -> a);
    }

    private List<String> elsewhere(Set<String> channels) {
        return channels.isEmpty()
                ? List.of()
                : channels.stream()
                        .filter(channel -> !channel.startsWith(process))
                        .toList();
    }

    private CompletionStage<Void> publish(
            Address to, Message message, List<String> names, String what, String whoHasIt) {
        try {
            return publish(to, envelope(message, names), what, whoHasIt);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private byte[] envelope(Message message, List<String> names) {
        return PubSubEnvelope.write(origin, names, codec.write(message), codec.seal());
    }

    private CompletionStage<Void> publish(Address to, byte[] payload, String what, String who) {
        CompletableFuture<Long> sent = exchange.publish(to, payload);
        return traffic.published(sent, exchange.flows(to), to.kind() == Address.Kind.GROUP, what, who);
    }

    @Override
    public CompletionStage<Void> flush() {
        CompletionStage<Void> here = local.flush();
        return closed ? here : exchange.refreshAll();
    }

    @Override
    public void close() {
        closed = true;
        exchange.close(); // first, so that it does not hear of every group that ends
        local.close();
    }

    /**
     * Returns how this layer is doing.
     *
     * @return the figures of now
     */
    public LayerHealth health() {
        return new LayerHealth(
                status.state(),
                exchange.lag(),
                exchange.subscribed(),
                traffic.publishedCount(),
                traffic.receivedCount(),
                traffic.failedCount(),
                local.dropped() + traffic.undeliveredCount(),
                traffic.malformedCount());
    }

    private void groupChanged(String group) {
        exchange.changed(addresses.group(group));
    }

    private void plainChanged(String channel) {
        exchange.changed(addresses.channel(channel));
    }

    private void take(Address address, byte[] payload) {
        if (PubSubEnvelope.isFrom(payload, origin)) {
            return;
        }
        traffic.received();
        PubSubEnvelope envelope = PubSubEnvelope.read(payload, codec.seal());
        Message message = codec.serializer().deserialize(envelope.message());
        switch (address.kind()) {
            case GROUP -> local.groupSend(address.name(), message, Set.copyOf(envelope.names()));
            case CHANNEL -> local.send(address.name(), message);
            default -> local.send(envelope.names().get(0), message);
        }
    }

    private final class Member implements PubSubTransport.Member {

        @Override
        public String process() {
            return process;
        }

        @Override
        public boolean wants(Address address) {
            return switch (address.kind()) {
                case GROUP -> local.groupSize(address.name()) > 0;
                case CHANNEL -> plain.contains(address.name());
                default -> !closed;
            };
        }

        @Override
        public void arrived(Address address, byte[] payload) {
            try {
                take(address, payload);
            } catch (RuntimeException e) {
                traffic.unreadable(address, e);
            }
        }

        @Override
        public void missed(List<Address> groups) {
            Message gap = Message.of(GAP);
            groups.forEach(group -> local.groupSend(group.name(), gap));
        }
    }
}
