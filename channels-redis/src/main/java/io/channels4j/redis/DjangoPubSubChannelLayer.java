package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.dialect.DjangoDialect;
import io.channels4j.redis.dialect.Fernet;
import io.channels4j.redis.pubsub.PublishSettings;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A pub/sub layer that interoperates with Django. It shares groups with Django processes that use the {@code RedisPubSubChannelLayer} in
 * {@code channels_redis} 4. Either side can send to the other's channels.
 *
 * <p>Both sides must use the same prefix, serializer and secrets. They must list the same hosts in the same order. Clusters are not
 * supported. Compatibility imposes limits. Messages within a process also pass through Redis, so nothing is delivered during an outage.
 * Every channel needs its own subscription. A message to a group cannot exclude channels. Names consist of 1-99 ASCII letters, digits,
 * hyphens, underscores and periods. If you have no Python processes, use {@link RedisPubSubChannelLayer}.
 *
 * <p><b>Threads.</b> Thread-safe. Only creating the layer blocks.
 */
public final class DjangoPubSubChannelLayer extends PubSubChannelLayer {

    private final DjangoDialect dialect;

    private DjangoPubSubChannelLayer(Builder builder, DjangoDialect dialect) {
        super(
                new Parts(
                        "Redis pub/sub layer for Django",
                        "django",
                        builder.hosts(),
                        builder.settings(),
                        builder.listeners(),
                        builder.publishing()),
                process -> dialect);
        this.dialect = dialect;
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

        private Builder(RedisHosts hosts) {
            super(hosts);
        }

        /**
         * Sets the prefix of groups and of generated channel names ({@code prefix} in the Django settings); {@code asgi} by default.
         *
         * @param text the prefix: 1-99 ASCII letters, digits, hyphens, underscores and periods
         * @return this builder
         */
        public Builder prefix(String text) {
            prefix = DjangoDialect.require("prefix", text);
            return this;
        }

        /**
         * Sets the message format ({@code serializer_format} in the Django settings); MessagePack by default.
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
         * Creates the layer. Blocks like {@link RedisPubSubChannelLayer.Builder#build()}.
         *
         * @return the layer
         * @throws ChannelsException if Redis rejects the user, the password, the database or the layer's channels
         */
        public DjangoPubSubChannelLayer build() {
            MessageCodec codec = new MessageCodec(serializer, Seal.none(), DEFAULT_MAX_MESSAGE_BYTES);
            DjangoDialect dialect = new DjangoDialect(prefix, codec, Fernet.of(secrets));
            DjangoPubSubChannelLayer layer = new DjangoPubSubChannelLayer(this, dialect);
            layer.start(hosts().timeout());
            return layer;
        }

        @Override
        Builder self() {
            return this;
        }

        private PublishSettings publishing() {
            return new PublishSettings(
                    PublishSettings.DEFAULT_MAX_UNANSWERED,
                    false,
                    PublishSettings.DEFAULT_MAX_BYTES,
                    settings().expiry());
        }
    }

    /** {@inheritDoc} The channel stays subscribed until the layer is closed. */
    @Override
    @CheckReturnValue
    public CompletionStage<String> newChannel() {
        return super.newChannel().thenCompose(own -> {
            String name = dialect.register(own);
            channelChanged(name);
            return transport.confirmed(dialect.addresses().channel(name)).thenApply(nothing -> name);
        });
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        Subscription inner = super.subscribe(home, subscriber);
        String name = dialect.register(inner.channel());
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
            public void conflated() {
                inner.conflated();
            }

            @Override
            public void close() {
                inner.close();
                if (dialect.unregister(name)) {
                    channelChanged(name);
                }
            }
        };
    }
}
