package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Configuration;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.redis.dialect.NativeAddresses;
import io.channels4j.redis.dialect.NativeDialect;
import io.channels4j.redis.pubsub.PublishSettings;

/**
 * A channel layer for several processes, based on Redis publish/subscribe. It delivers messages to groups and channels at most once.
 *
 * <p>Redis delivers a message to a group once per process, not once per member (guarantee P6). Members in the sender's process receive it
 * directly, not through Redis. A process is subscribed to a group while it has members in the group. If there are several hosts, groups
 * are distributed among them. A cluster must run Redis 7 or newer. Its messages stay on the shard of their group.
 *
 * <p>Groups accept channels of this process, and plain channels from which this process receives. A message to a plain channel reaches
 * every process that receives from it, so this layer cannot serve as a queue for workers. After a {@link #receive} has completed, the
 * process stays subscribed for the message expiry. The receiving process drops and counts messages to full channels. A sender in another
 * process is not notified. Delayed messages wait in the sender's process and are lost if it ends.
 *
 * <p><b>Outage</b> (guarantee P5). While Redis is unavailable, members of this process still receive each other's messages, and joining a
 * group succeeds. Messages to other processes fail with {@link io.channels4j.layer.LayerUnavailableException}, or wait (see {@link
 * Builder#maxBytesDuringOutage}). After the outage, the process subscribes to its groups again in batches. Listeners are notified of a
 * possible gap. Each connection in an affected group receives one message of type {@link ChannelLayer#GAP}. Without an outage, a send may
 * complete before Redis replies; see {@link Builder#maxUnanswered}.
 *
 * <p>A process has two connections per host, regardless of the number of its members. (Channels: {@code RedisPubSubChannelLayer}.)
 *
 * <p><b>Threads.</b> Thread-safe. Only creating the layer blocks.
 */
public final class RedisPubSubChannelLayer extends PubSubChannelLayer {

    private RedisPubSubChannelLayer(Builder builder) {
        super(
                new Parts(
                        "Redis pub/sub layer",
                        "pubsub",
                        builder.hosts(),
                        builder.settings(),
                        builder.listeners(),
                        builder.publishing()),
                process -> new NativeDialect(
                        process,
                        new NativeAddresses(builder.keys(), builder.hosts().cluster()),
                        builder.codec()));
    }

    /**
     * Creates a layer with all defaults. Blocks like {@link Builder#build()}.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the layer
     */
    public static RedisPubSubChannelLayer create(String... urls) {
        return builder(urls).build();
    }

    /**
     * Creates a layer with all defaults. Blocks like {@link Builder#build()}.
     *
     * @param hosts the hosts
     * @return the layer
     */
    public static RedisPubSubChannelLayer create(RedisHosts hosts) {
        return builder(hosts).build();
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
        return RedisConfiguration.pubSubLayerBuilder(configuration);
    }

    /** Builds a layer. Not thread-safe. */
    public static final class Builder extends RedisLayerBuilder<Builder> {

        private int maxUnanswered = PublishSettings.DEFAULT_MAX_UNANSWERED;

        private Builder(RedisHosts hosts) {
            super(hosts);
        }

        /**
         * Sets how many messages may be in flight to each host before senders wait for replies; 256 by default. A message can then be
         * lost after its send has completed. The loss is counted, logged and reported to {@code LayerListener.messagesLost}. In a
         * cluster, every send waits for the reply, to preserve the order when a slot moves.
         *
         * @param max the maximum number of unanswered messages per host, zero or more; with zero, every send waits for the reply
         * @return this builder
         */
        public Builder maxUnanswered(int max) {
            if (max < 0) {
                throw new IllegalArgumentException("maxUnanswered: %d (expected: 0 or more)".formatted(max));
            }
            maxUnanswered = max;
            return this;
        }

        /**
         * Creates the layer. Blocks until the first attempt to connect to each host has ended or the time-out of the hosts has passed. If
         * a host is still unavailable, the layer starts in an outage. Do not call it on an event loop.
         *
         * @return the layer
         * @throws ChannelsException if Redis rejects the user, the password, the database or the layer's channels
         */
        public RedisPubSubChannelLayer build() {
            RedisPubSubChannelLayer layer = new RedisPubSubChannelLayer(this);
            layer.start(hosts().timeout());
            return layer;
        }

        @Override
        Builder self() {
            return this;
        }

        private PublishSettings publishing() {
            return new PublishSettings(
                    maxUnanswered,
                    waitsDuringOutage(),
                    maxWaitingBytes(),
                    settings().expiry());
        }
    }
}
