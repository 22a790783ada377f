package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Message;
import io.channels4j.control.ConfirmedControlMessages;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.ControlTopics;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerStatus;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.SingleGapSubscriber;
import io.channels4j.redis.dialect.Fernet;
import io.channels4j.redis.django.DjangoTransport;
import io.channels4j.redis.django.store.DjangoCodec;
import io.channels4j.redis.django.store.DjangoCounters;
import io.channels4j.redis.django.store.DjangoKeys;
import io.channels4j.redis.django.store.DjangoSettings;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A layer that interoperates with Django's default layer. It shares groups, channels and background work with Django processes that use
 * {@code channels_redis.core.RedisChannelLayer}, version 4.
 *
 * <p>Both sides must use the same prefix, serializer, secrets and expiries. They must list the same hosts in the same order. Clusters are
 * not supported. Names consist of 1-99 ASCII letters, digits, hyphens, underscores and periods.
 *
 * <p><b>Groups.</b> A group may contain channels of any process, and plain channels. Members in the sender's process receive a message
 * directly. Other processes receive it through their queues, which contain each message once. A message to a full queue is dropped and
 * counted by the sender's process. Django removes a member after the group expiry. The memberships of this process's connections are
 * renewed.
 *
 * <p><b>Plain channels</b>, those without an exclamation mark, are work queues. Each message goes to one receiver across all processes.
 * {@link #receive} delivers at most once, as in Django. A message received with {@link #take} is delivered again if the receiving process
 * dies before acknowledging it. Messages that Django's workers receive are lost if the worker dies. If both sides wait for a message, a
 * Django worker receives it, because Redis serves blocked readers first.
 *
 * <p><b>Delayed messages</b> wait in this process.
 *
 * <p><b>Outage</b> (guarantee P5). While Redis is unavailable, members of this process still receive each other's messages, and joining a
 * group succeeds. Messages to other processes fail with {@link LayerUnavailableException}. Messages that Redis accepted wait in Redis
 * until they expire. When a connection breaks, one message per host to this process can be lost. After the outage, listeners are notified
 * of a possible gap. Each connection in an affected group receives one message of type {@link ChannelLayer#GAP}.
 *
 * <p>A process has two connections to each host, and a third one if it receives from plain channels. The third one polls every 100 ms
 * until Redis has notified it of a change. This requires RESP3 and the permission for {@code CLIENT TRACKING}.
 *
 * <p><b>Threads.</b> Thread-safe. Only creating the layer blocks.
 */
@SuppressWarnings("exports") // the internal base class gives the library access to control messages
public final class DjangoChannelLayer extends ControlOwner implements ChannelLayer {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final String LOST = "the message may be lost";

    private final InMemoryChannelLayer local;
    private final LocalDelivery delivery;
    private final DjangoMember member;
    private final ReportCounts reports = new ReportCounts();
    private final RedisStatus status;
    private final DjangoTransport transport;
    private final ControlMessages controlMessages;
    private volatile boolean closed;

    private DjangoChannelLayer(Builder builder) {
        DjangoSettings settings = builder.djangoSettings(); // validates the settings before anything is opened
        List<LayerListener> listeners = reports.before(builder.listeners());
        local = InMemoryChannelLayer.of(builder.settings(), listeners.toArray(LayerListener[]::new));
        delivery = LocalDelivery.of(local);
        delivery.onGroupChange(this::groupChanged);
        member = new DjangoMember(local);
        status = new RedisStatus(
                "Redis layer for Django",
                "messages reach only members that this process added, and work queues stand still",
                listeners);
        ControlThread thread = new ControlThread("channels-redis-django-queues");
        LettuceClients clients = LettuceClients.open(builder.hosts(), "channels-django-queues");
        transport = new DjangoTransport(settings, member.queue(), clients, thread, status, member);
        controlMessages = new ConfirmedControlMessages(
                delivery.control(), new DjangoControl(delivery.prefix(), transport, thread, settings.lease()));
    }

    /**
     * Returns a builder for a layer.
     *
     * @param hosts the hosts; several hosts must be in the same order as in the Django settings
     * @return the builder
     * @throws IllegalArgumentException if the hosts are a cluster
     */
    public static Builder builder(RedisHosts hosts) {
        if (hosts.hosts().cluster()) {
            throw new IllegalArgumentException("Redis hosts: a cluster (expected: hosts that Django's layer supports)");
        }
        return new Builder(hosts);
    }

    /** Builds a layer. Not thread-safe. */
    public static final class Builder extends LayerBuilder<Builder> {

        private String prefix = "asgi";
        private DjangoSerializer serializer = DjangoSerializer.messagePack();
        private List<String> secrets = List.of();
        private Duration lease = Duration.ofSeconds(30);
        private Duration heartbeat = Duration.ofSeconds(10);

        private Builder(RedisHosts hosts) {
            super(hosts);
        }

        /**
         * Sets the prefix of all keys ({@code prefix} in the Django settings); {@code asgi} by default.
         *
         * @param text the prefix, not empty
         * @return this builder
         */
        public Builder prefix(String text) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("prefix: \"\" (expected: one character or more)");
            }
            prefix = text;
            return this;
        }

        /**
         * Sets the message format ({@code serializer_format} in the Django settings); MessagePack by default. Before version 4.2, {@code
         * channels_redis} supports no other format.
         *
         * @param form the serializer
         * @return this builder
         */
        public Builder serializer(DjangoSerializer form) {
            serializer = form;
            return this;
        }

        /**
         * Encrypts messages, like {@code symmetric_encryption_keys} in the Django settings.
         *
         * @param keys the same keys as in the Django settings. The first key encrypts; any of the keys can decrypt
         * @return this builder
         */
        public Builder encryptionKeys(String... keys) {
            secrets = List.of(keys);
            return this;
        }

        /**
         * Sets the lease of claims on {@linkplain ChannelLayer#take taken} messages, and how often it is renewed; 30 and 10 seconds by
         * default. Django has no such setting.
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
         * Creates the layer. Blocks like {@link RedisChannelLayer.Builder#build()}.
         *
         * @return the layer
         * @throws ChannelsException if Redis rejects the user, the password, the database, or the layer's scripts
         */
        public DjangoChannelLayer build() {
            DjangoChannelLayer layer = new DjangoChannelLayer(this);
            layer.transport.start(hosts().timeout());
            return layer;
        }

        @Override
        Builder self() {
            return this;
        }

        private DjangoSettings djangoSettings() {
            int count = hosts().uris().size();
            MessageCodec codec = new MessageCodec(serializer, Seal.none(), DEFAULT_MAX_MESSAGE_BYTES);
            return new DjangoSettings(
                    hosts(),
                    new DjangoKeys(prefix, count),
                    new DjangoCodec(codec, Fernet.of(secrets)),
                    settings(),
                    lease,
                    heartbeat);
        }
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> send(String channel, Message message) {
        String own = member.localName(DjangoKeys.requireChannel(channel));
        return closed || own != null
                ? local.send(own == null ? channel : own, message)
                : request("send to " + channel, LOST, () -> transport.toChannel(channel, transport.write(message)));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        DjangoKeys.requireChannel(channel);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(delay));
        }
        return closed || delay.isZero()
                ? send(channel, message)
                : delivery.sendLater(channel, message, delay, () -> sendDelayed(channel, message));
    }

    private void sendDelayed(String channel, Message message) {
        send(channel, message).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("dropped a delayed message {}: {}", message.type(), failure.getMessage());
            }
        });
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Message> receive(String channel) {
        String own = member.localName(DjangoKeys.requireChannel(channel));
        return closed || !DjangoKeys.isPlain(channel)
                ? local.receive(own == null ? channel : own)
                : transport.receive(channel);
    }

    /**
     * {@inheritDoc}
     *
     * <p>If this process dies, the message returns to the queue after the lease. This requires another process that uses this library and
     * receives from the channel. A returned message goes to the end of the queue, even if the queue is full. A Django worker may then
     * receive it. A message to a channel that belongs to this process is lost if the process dies.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Delivery> take(String channel) {
        String own = member.localName(DjangoKeys.requireChannel(channel));
        return closed || !DjangoKeys.isPlain(channel)
                ? local.take(own == null ? channel : own)
                : transport.take(channel);
    }

    @Override
    public boolean redelivers() {
        return true;
    }

    @Override
    @CheckReturnValue
    public CompletionStage<String> newChannel() {
        return local.newChannel().thenApply(member::nameOf);
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        Subscription inner = SingleGapSubscriber.subscribe(local, home, subscriber);
        String name = member.opened(inner.channel());
        return new Subscription() {
            @Override
            public String channel() {
                return name;
            }

            @Override
            public void consumed() {
                inner.consumed();
            }

            @Override
            public void conflated() {
                inner.conflated();
            }

            @Override
            public void close() {
                inner.close();
                if (member.closed(name)) {
                    transport.groups().closed(name);
                }
            }
        };
    }

    /**
     * {@inheritDoc}
     *
     * <p>A channel of another process and a plain channel leave the group after the group expiry.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupAdd(String group, String channel) {
        DjangoKeys.requireGroup(group);
        String own = member.localName(DjangoKeys.requireChannel(channel));
        if (closed || own != null) {
            CompletionStage<Void> joined = local.groupAdd(group, own == null ? channel : own);
            return closed ? joined : transport.groups().join(group, channel, member.isSubscribed(channel));
        }
        return request(
                "add %s to group %s".formatted(channel, group),
                "the channel may not be a member",
                () -> transport.groups().addOther(group, channel));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        DjangoKeys.requireGroup(group);
        String own = member.localName(DjangoKeys.requireChannel(channel));
        if (closed || own != null) {
            CompletionStage<Void> left = local.groupDiscard(group, own == null ? channel : own);
            return closed ? left : transport.groups().leave(group, channel);
        }
        return request(
                "remove %s from group %s".formatted(channel, group),
                "the channel may still be a member",
                () -> transport.groups().removeOther(group, channel));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        DjangoKeys.requireGroup(group);
        Set<String> exceptHere = exceptChannels.stream()
                .map(channel -> {
                    String own = member.localName(channel);
                    return own == null ? channel : own;
                })
                .collect(Collectors.toUnmodifiableSet());
        if (closed) {
            return local.groupSend(group, message, exceptHere);
        }
        CompletableFuture<Void> sent;
        try {
            sent = transport.toGroup(group, message, transport.write(message), exceptChannels);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e); // fails before local members receive the message
        }
        CompletionStage<Void> there =
                request("send to group " + group, "only members of this process have the message", () -> sent);
        return Stages.both(local.groupSend(group, message, exceptHere), there);
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

    @Override
    protected ControlMessages control() {
        return controlMessages;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Unlike Django's {@code flush}, keeps the groups of layers with longer prefixes, such as {@code asgi2} beside {@code asgi}.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Void> flush() {
        CompletionStage<Void> here = local.flush();
        return closed ? here : here.thenCompose(nothing -> request("flush", "keys may remain", transport::flush));
    }

    @Override
    public void close() {
        closed = true;
        local.close();
        transport.close();
    }

    /** Closes the connections without releasing anything in Redis, as if the process had been killed. For tests. */
    void die() {
        closed = true;
        transport.die();
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
        DjangoCounters counts = transport.counters();
        return new LayerHealth(
                status.state(),
                status.cause(),
                status.since(),
                transport.lag(),
                transport.groups().size(),
                counts.sent(),
                counts.received(),
                counts.failed(),
                reports.lost(),
                0,
                reports.dropped(),
                reports.drops(),
                reports.conflated(),
                reports.gaps(),
                0,
                counts.malformed(),
                0,
                0);
    }

    private void groupChanged(String group) {
        if (!closed && ControlTopics.isControl(group)) {
            transport.groups().controlChanged(group);
        }
    }
}
