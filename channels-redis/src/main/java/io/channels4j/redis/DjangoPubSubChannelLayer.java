package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.SingleGapSubscriber;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.DjangoAddresses;
import io.channels4j.redis.dialect.Fernet;
import io.channels4j.redis.pubsub.Later;
import io.channels4j.redis.pubsub.PlainChannels;
import io.channels4j.redis.pubsub.PubSubCounters;
import io.channels4j.redis.pubsub.PubSubTransport;
import io.channels4j.redis.pubsub.PublishSettings;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * The pub/sub layer in the language of Python: processes with this layer and Django processes with the {@code
 * RedisPubSubChannelLayer} of {@code channels_redis} 4 are in the same groups and send to each other's channels.
 *
 * <p>Both sides are given the same hosts in the same order, prefix, serializer and secrets; there is no cluster. The price of the
 * common language: all messages go through Redis, those for the own process too, so that nothing is heard during an outage; every
 * channel is a subscription of its own; nobody can be excepted from a group's message; names are 1-99 ASCII letters, digits,
 * hyphens, underscores and periods. Where no Python takes part, {@link RedisPubSubChannelLayer} is the better one.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks but the making of the layer.
 */
public final class DjangoPubSubChannelLayer implements ChannelLayer {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,99}");

    private final InMemoryChannelLayer local;
    private final DjangoAddresses addresses;
    private final String specific;
    private final MessageCodec codec;
    private final Fernet fernet;
    private final PlainChannels plain;
    private final ControlThread loop = new ControlThread("channels-redis-django");
    private final RedisStatus status;
    private final PubSubTransport exchange;
    private final PubSubCounters traffic = new PubSubCounters();

    /** The local names of this process's channels by the names that Python sees. */
    private final Map<String, String> channels = new ConcurrentHashMap<>();

    private volatile boolean closed;

    private DjangoPubSubChannelLayer(Builder builder) {
        local = InMemoryChannelLayer.of(builder.settings, InstantSource.system(), this::groupChanged);
        addresses = new DjangoAddresses(builder.prefix);
        specific = builder.prefix + "specific.";
        codec = new MessageCodec(builder.serializer, Seal.none(), Builder.LARGEST_MESSAGE);
        fernet = Fernet.of(builder.secrets);
        plain = new PlainChannels(builder.settings.expiry(), this::channelChanged);
        status = new RedisStatus("Redis pub/sub layer for Django", builder.listeners);
        LettuceClients clients = LettuceClients.open(builder.hosts.hosts(), "channels-django");
        PublishSettings sending = new PublishSettings(
                PublishSettings.UNANSWERED, false, PublishSettings.BYTES, builder.settings.expiry());
        exchange = new PubSubTransport(
                new PubSubTransport.Parts(builder.hosts.hosts(), clients, addresses, loop, status, sending),
                new Member());
    }

    /**
     * Returns a builder of a layer.
     *
     * @param hosts the hosts; several of them in the same order as on the other side
     * @return the builder
     * @throws IllegalArgumentException when they are a cluster
     */
    public static Builder builder(RedisHosts hosts) {
        if (hosts.hosts().cluster()) {
            throw new IllegalArgumentException("Redis hosts: a cluster (expected: what Django's layer knows too)");
        }
        return new Builder(hosts);
    }

    /** Chooses what a layer is like. Not safe for several threads at once. */
    public static final class Builder {

        private static final int LARGEST_MESSAGE = 1024 * 1024;

        private final RedisHosts hosts;
        private String prefix = "asgi";
        private LayerSettings settings = LayerSettings.defaults();
        private final List<LayerListener> listeners = new ArrayList<>();
        private DjangoSerializer serializer = DjangoSerializer.messagePack();
        private List<String> secrets = List.of();

        private Builder(RedisHosts hosts) {
            this.hosts = hosts;
        }

        /**
         * Sets what names start with, {@code prefix} on the other side. {@code asgi} unless told otherwise.
         *
         * @param text ASCII letters, digits, hyphens, underscores and periods
         * @return this builder
         */
        public Builder prefix(String text) {
            prefix = require("prefix", text);
            return this;
        }

        /**
         * Sets the limits of channels in this process.
         *
         * @param limits the limits
         * @return this builder
         */
        public Builder settings(LayerSettings limits) {
            settings = limits;
            return this;
        }

        /**
         * Adds a listener that is told of outages.
         *
         * @param listener the listener
         * @return this builder
         */
        public Builder listener(LayerListener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Sets how messages are written, {@code serializer_format} on the other side. MessagePack unless told otherwise.
         *
         * @param form the serializer
         * @return this builder
         */
        public Builder serializer(DjangoSerializer form) {
            serializer = form;
            return this;
        }

        /**
         * Encrypts messages, as {@code symmetric_encryption_keys} does on the other side.
         *
         * @param keys the same keys; the first encrypts, all decrypt
         * @return this builder
         */
        public Builder encryptionKeys(String... keys) {
            secrets = List.of(keys);
            return this;
        }

        /**
         * Returns the layer; waits for the first connection as {@link RedisPubSubChannelLayer.Builder#build()} does.
         *
         * @return the layer
         * @throws ChannelsException when Redis refuses the user, the password or the database
         */
        public DjangoPubSubChannelLayer build() {
            DjangoPubSubChannelLayer layer = new DjangoPubSubChannelLayer(this);
            layer.exchange.awaitStart(hosts.hosts().timeout());
            layer.loop.every(Duration.ofSeconds(1), layer.plain::sweep);
            return layer;
        }
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        require("channel name", channel);
        return closed
                ? local.send(channel, message)
                : publish(addresses.channel(channel), message, "send to " + channel);
    }

    private CompletionStage<Void> publish(Address to, Message message, String what) {
        byte[] payload;
        try {
            payload = fernet.encrypt(codec.write(message));
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
        boolean toGroup = to.kind() == Address.Kind.GROUP;
        CompletableFuture<Long> sent = exchange.publish(to, payload);
        return traffic.published(sent, exchange.flows(to), toGroup, what, "nobody has");
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        require("channel name", channel);
        Duration wait = closed && !delay.isNegative() ? Duration.ZERO : delay;
        return Later.send(loop, wait, message, () -> send(channel, message));
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        require("channel name", channel);
        String own = channels.get(channel);
        if (closed || own != null) {
            return local.receive(own == null ? channel : own);
        }
        plain.receiving(channel);
        CompletionStage<Message> message = local.receive(channel);
        plain.until(channel, message);
        return message;
    }

    /** {@inheritDoc} It is heard until the layer is closed. */
    @Override
    public CompletionStage<String> newChannel() {
        String name = newName();
        return local.newChannel().thenCompose(own -> {
            channels.put(name, own);
            channelChanged(name);
            return exchange.confirmed(addresses.channel(name)).thenApply(nothing -> name);
        });
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        String name = newName();
        Subscription inner = SingleGapSubscriber.subscribe(local, home, subscriber);
        channels.put(name, inner.channel());
        channelChanged(name);
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
            public void close() {
                inner.close();
                if (channels.remove(name) != null) {
                    channelChanged(name);
                }
            }
        };
    }

    private String newName() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return specific + HexFormat.of().formatHex(random);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when the channel belongs to another process, or is a plain one that this process does not
     *     receive from
     */
    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        require("group name", group);
        String own = channels.get(require("channel name", channel));
        if (own == null && !plain.contains(channel) && !closed) {
            throw new IllegalArgumentException(
                    "group %s: channel \"%s\" is not of this process".formatted(group, channel));
        }
        CompletionStage<Void> joined = local.groupAdd(group, own == null ? channel : own);
        return closed ? joined : exchange.confirmed(addresses.group(group));
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        require("group name", group);
        return local.groupDiscard(group, channels.getOrDefault(require("channel name", channel), channel));
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        require("group name", group);
        if (closed) {
            return local.groupSend(group, message, exceptChannels);
        }
        if (!exceptChannels.isEmpty()) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "send to group %s: %d channels excepted (expected: none, Django's layer cannot)"
                            .formatted(group, exceptChannels.size())));
        }
        return publish(addresses.group(group), message, "send to group " + group);
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

    private void channelChanged(String channel) {
        exchange.changed(addresses.channel(channel));
    }

    private static String require(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s: \"%s\" (expected: 1-99 ASCII letters, digits, hyphens, underscores and periods)"
                            .formatted(what, name));
        }
        return name;
    }

    private final class Member implements PubSubTransport.Member {

        @Override
        public String process() {
            return local.channelPrefix();
        }

        @Override
        public boolean wants(Address address) {
            return address.kind() == Address.Kind.GROUP
                    ? local.groupSize(address.name()) > 0
                    : channels.containsKey(address.name()) || plain.contains(address.name());
        }

        @Override
        public void arrived(Address address, byte[] payload) {
            traffic.received();
            try {
                Message message = codec.serializer().deserialize(fernet.decrypt(payload));
                CompletionStage<Void> unused = address.kind() == Address.Kind.GROUP
                        ? local.groupSend(address.name(), message)
                        : local.send(channels.getOrDefault(address.name(), address.name()), message);
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
