package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.control.ConfirmedControlMessages;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.ControlTopics;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.LayerStatus;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.SingleGapSubscriber;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.GroupSequence;
import io.channels4j.redis.dialect.PubSubDialect;
import io.channels4j.redis.dialect.UnreadableMessageException;
import io.channels4j.redis.pubsub.LostMessages;
import io.channels4j.redis.pubsub.PlainChannels;
import io.channels4j.redis.pubsub.PubSubCounters;
import io.channels4j.redis.pubsub.PubSubTransport;
import io.channels4j.redis.pubsub.PublishSettings;
import io.channels4j.redis.pubsub.ReceivedSequences;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel layer based on publish/subscribe. It combines a local layer for the members in this process, a transport to other processes,
 * and a dialect that defines names, addresses and the message format.
 */
abstract sealed class PubSubChannelLayer extends ControlOwner implements ChannelLayer
        permits RedisPubSubChannelLayer, DjangoPubSubChannelLayer {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
    private static final String LOST = "the message may be lost";

    final InMemoryChannelLayer local;
    private final LocalDelivery delivery;
    final PubSubTransport transport;
    private final PubSubDialect dialect;
    private final PlainChannels plain;
    private final ControlThread control;
    private final ReportCounts reports = new ReportCounts();
    private final RedisStatus status;
    private final PubSubCounters counters;
    private final ControlMessages controlMessages;
    private volatile boolean closed;

    /** The settings collected by a builder. The names of the thread and of the connections contain the short name. */
    record Parts(
            String name,
            String shortName,
            HostSettings hosts,
            LayerSettings settings,
            List<LayerListener> listeners,
            PublishSettings publishing) {}

    /** Creates a layer without connecting it. {@code dialectOf} returns the dialect for the prefix of this process's channel names. */
    PubSubChannelLayer(Parts parts, Function<String, PubSubDialect> dialectOf) {
        List<LayerListener> listeners = reports.before(parts.listeners());
        local = InMemoryChannelLayer.of(parts.settings(), listeners.toArray(LayerListener[]::new));
        delivery = LocalDelivery.of(local);
        delivery.onGroupChange(this::groupChanged);
        dialect = dialectOf.apply(delivery.prefix());
        plain = new PlainChannels(parts.settings().expiry(), this::channelChanged);
        control = new ControlThread("channels-redis-" + parts.shortName());
        status = new RedisStatus(
                parts.name(),
                dialect.deliversLocally()
                        ? "messages reach only members in this process"
                        : "no message is delivered, not even within this process",
                listeners);
        counters = new PubSubCounters(status::dropped, new LostMessages(control, status)::lost);
        LettuceClients clients = LettuceClients.open(parts.hosts(), "channels-" + parts.shortName());
        transport = new PubSubTransport(
                new PubSubTransport.Parts(
                        parts.name(), parts.hosts(), clients, dialect.addresses(), control, status, parts.publishing()),
                new LocalReceiver());
        controlMessages = new ConfirmedControlMessages(
                delivery.control(), new PubSubControl(delivery.prefix(), transport, dialect, counters, control));
    }

    final void start(Duration timeout) {
        dialect.processAddress().ifPresent(transport::changed);
        transport.start(timeout);
        control.every(SWEEP_INTERVAL, plain::sweep);
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        dialect.requireChannel(channel);
        if (closed || dialect.deliversLocally() && dialect.localName(channel) != null) {
            return local.send(channel, message);
        }
        byte[] payload;
        try {
            payload = dialect.encodeToChannel(channel, message);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
        Address address = dialect.addresses().channel(channel);
        if (!dialect.deliversLocally() || !plain.contains(channel)) {
            return publish(address, payload, channel, LOST);
        }
        CompletionStage<Void> here = local.send(channel, message);
        return Stages.hasFailed(here) ? here : publish(address, payload, channel, "only this process has the message");
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        dialect.requireGroup(group);
        if (closed) {
            return local.groupSend(group, message, exceptChannels);
        }
        GroupSequence sequence = transport.sequence(group);
        byte[] payload;
        try {
            payload = dialect.encodeToGroup(group, message, exceptChannels, sequence);
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
        Address address = sequence == null ? dialect.addresses().group(group) : sequence.address();
        if (!dialect.deliversLocally()) {
            return publish(address, payload, group, LOST);
        }
        CompletionStage<Void> here = local.groupSend(group, message, exceptChannels);
        CompletionStage<Void> there = publish(address, payload, group, "only members of this process have the message");
        return Stages.both(here, there);
    }

    private CompletionStage<Void> publish(Address address, byte[] payload, String target, String effect) {
        CompletionStage<Long> sent = transport.publish(address, payload);
        boolean toGroup = address.kind() == Address.Kind.GROUP;
        return counters.published(sent, !transport.isFlowing(address), toGroup, target, effect);
    }

    @Override
    protected final ControlMessages control() {
        return controlMessages;
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        dialect.requireChannel(channel);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(delay));
        }
        if (closed || delay.isZero()) {
            return send(channel, message);
        }
        return delivery.sendLater(channel, message, delay, () -> sendDelayed(channel, message));
    }

    private void sendDelayed(String channel, Message message) {
        send(channel, message).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("dropped a delayed message {}: {}", message.type(), failure.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        dialect.requireChannel(channel);
        String own = dialect.localName(channel);
        if (closed || own != null || !dialect.isPlain(channel)) {
            return local.receive(own == null ? channel : own);
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
     * @throws IllegalArgumentException if the channel belongs to another process, or if it is a plain channel that this process does not
     *     receive from
     */
    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        dialect.requireGroup(group);
        String own = dialect.localName(dialect.requireChannel(channel));
        if (own == null && !plain.contains(channel) && !closed) {
            throw new IllegalArgumentException(
                    "group %s: channel \"%s\" does not belong to this process (expected: a channel of this process; RedisChannelLayer accepts others)"
                            .formatted(group, channel));
        }
        CompletionStage<Void> joined = local.groupAdd(group, own == null ? channel : own);
        return closed ? joined : transport.confirmed(dialect.addresses().group(group));
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        dialect.requireGroup(group);
        String own = dialect.localName(dialect.requireChannel(channel));
        return local.groupDiscard(group, own == null ? channel : own);
    }

    @Override
    public CompletionStage<Void> flush() {
        CompletionStage<Void> here = local.flush();
        return closed ? here : transport.refreshAll();
    }

    @Override
    public void close() {
        closed = true;
        transport.close(); // closed first, so that local.close() does not cause an unsubscription per group
        local.close();
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
        return new LayerHealth(
                status.state(),
                status.cause(),
                status.since(),
                transport.lag(),
                transport.subscribed(),
                counters.publishedCount(),
                counters.receivedCount(),
                counters.failedCount(),
                reports.lost(),
                counters.missingCount(),
                reports.dropped(),
                reports.drops(),
                reports.conflated(),
                reports.gaps(),
                transport.retries(),
                counters.malformedCount(),
                0,
                0);
    }

    private void groupChanged(String group) {
        transport.changed(dialect.addresses().group(group));
    }

    final void channelChanged(String channel) {
        transport.changed(dialect.addresses().channel(channel));
    }

    private final class LocalReceiver implements PubSubTransport.Receiver {

        @Override
        public String process() {
            return delivery.prefix();
        }

        @Override
        public boolean wants(Address address) {
            return switch (address.kind()) {
                case GROUP -> delivery.groupSize(address.name()) > 0;
                case CHANNEL -> plain.contains(address.name()) || dialect.localName(address.name()) != null;
                default -> !closed;
            };
        }

        @Override
        public void received(Address address, byte[] payload, ReceivedSequences sequences) {
            if (dialect.isEcho(payload) && !ControlTopics.isControl(address.name())) {
                return;
            }
            try {
                PubSubDialect.Incoming incoming = dialect.decode(address, payload);
                counters.received();
                if (incoming.number() > 0) {
                    sequences.received(address, incoming.origin(), incoming.epoch(), incoming.number());
                }
                if (address.kind() == Address.Kind.GROUP) {
                    delivery.groupSend(incoming.target(), incoming.message(), incoming.exceptChannels());
                } else if (Stages.hasFailed(local.send(incoming.target(), incoming.message()))) {
                    delivery.missedByChannel(incoming.target());
                }
            } catch (UnreadableMessageException e) {
                if (e.number() > 0) {
                    sequences.received(address, e.origin(), e.epoch(), e.number());
                }
                unreadable(address, e.target(), e);
            } catch (RuntimeException e) {
                unreadable(address, "", e);
            }
        }

        /** Notifies the receivers of a message that cannot be read. If the channel is not known, the message is only counted. */
        private void unreadable(Address address, String target, RuntimeException cause) {
            counters.unreadable(address, cause);
            if (address.kind() == Address.Kind.GROUP) {
                transport.unreadable(address);
            } else {
                delivery.missedByChannel(target);
            }
        }

        @Override
        public void heartbeat(Address address, byte[] payload, ReceivedSequences sequences) {
            if (dialect.isEcho(payload)) {
                return;
            }
            try {
                PubSubDialect.Heartbeat heartbeat = dialect.decodeHeartbeat(address, payload);
                sequences.heartbeat(heartbeat.origin(), heartbeat.body());
            } catch (RuntimeException e) {
                counters.malformed(address, e);
            }
        }

        @Override
        public byte[] encodeHeartbeat(Address address, byte[] body) {
            return dialect.encodeHeartbeat(address, body);
        }

        @Override
        public void missing(Address group, long messages) {
            counters.missing(messages);
        }

        @Override
        public void missed(List<Address> groups) {
            Message gap = Message.of(GAP);
            groups.forEach(group -> delivery.missed(group.name(), gap));
        }
    }
}
