package io.channels4j.redis;

import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.redis.django.DjangoTransport;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The channels of this process. Other processes use names in Django's form, {@code specific.<32 hexadecimal digits>!<rest>}. The
 * in-memory layer uses other names. Thread-safe.
 */
final class DjangoMember implements DjangoTransport.Member {

    private static final int RANDOM_BYTES = 8;

    private final InMemoryChannelLayer local;
    private final LocalDelivery delivery;
    private final String queue;
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();

    DjangoMember(InMemoryChannelLayer local) {
        this.local = local;
        this.delivery = LocalDelivery.of(local);
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String unique = delivery.prefix().replaceAll("[^0-9a-f]", "");
        this.queue = "specific." + unique.substring(unique.length() - 2 * RANDOM_BYTES)
                + HexFormat.of().formatHex(random) + "!";
        delivery.outsideNames(this::nameOf);
    }

    /** Returns the name of this process's queue, which ends with an exclamation mark. */
    String queue() {
        return queue;
    }

    /** Returns the name by which other processes address a channel. */
    String nameOf(String localName) {
        return queue + localName.substring(delivery.prefix().length());
    }

    /** Returns the local name of a channel of this process, or null for other channels. */
    @Nullable
    String localName(String channel) {
        return channel.startsWith(queue) ? delivery.prefix() + channel.substring(queue.length()) : null;
    }

    /** Records that a connection's channel is open. Returns its name. */
    String opened(String localName) {
        String channel = nameOf(localName);
        subscribed.add(channel);
        return channel;
    }

    /** Records that a connection's channel was closed. Returns true if it was open. */
    boolean closed(String channel) {
        return subscribed.remove(channel);
    }

    /** Returns true if a channel belongs to a connection of this process. */
    boolean isSubscribed(String channel) {
        String own = localName(channel);
        return own != null && delivery.isSubscribed(own);
    }

    @Override
    public boolean isOpen(String channel) {
        return subscribed.contains(channel) || localName(channel) != null && !isSubscribed(channel);
    }

    @Override
    public CompletableFuture<?> deliver(String channel, Message message) {
        String own = localName(channel);
        return own == null ? Stages.done() : local.send(own, message).toCompletableFuture();
    }

    @Override
    public void deliverControl(String group, Message message) {
        Stages.ignore(delivery.groupSend(group, message, Set.of()));
    }

    @Override
    public boolean hasReceivers(String controlGroup) {
        return delivery.control().size(controlGroup) > 0;
    }

    @Override
    public void missed(Set<String> groups) {
        Message gap = Message.of(ChannelLayer.GAP);
        groups.forEach(group -> delivery.missed(group, gap));
    }
}
