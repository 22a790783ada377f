package io.channels4j.redis;

import io.channels4j.redis.pubsub.PublishSettings;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings shared by the layers that connect only processes that use this library. Not thread-safe. */
abstract class RedisLayerBuilder<B extends RedisLayerBuilder<B>> extends LayerBuilder<B> {

    private String prefix = "channels";
    private MessageSerializer serializer = JsonSerializer.create();
    private Seal seal = Seal.none();
    private @Nullable String nameSecret;
    private int maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
    private boolean waitsDuringOutage;
    private long maxWaitingBytes = PublishSettings.DEFAULT_MAX_BYTES;

    RedisLayerBuilder(RedisHosts hosts) {
        super(hosts);
    }

    /**
     * Sets the prefix for the names of all Redis keys and channels; {@code channels} by default. Layers with different prefixes do not
     * receive each other's messages.
     *
     * @param text 1-100 characters: ASCII letters, digits, {@code _ . :} and {@code -}
     * @return this builder
     */
    public B prefix(String text) {
        Keys.of(text); // validates the prefix
        prefix = text;
        return self();
    }

    /**
     * Sets the message format, which must be the same in all processes; JSON by default.
     *
     * @param form the serializer
     * @return this builder
     */
    public B serializer(MessageSerializer form) {
        serializer = form;
        return self();
    }

    /**
     * Encrypts messages with AES-256-GCM. Group and channel names stay readable; see {@link #hideNames}.
     *
     * @param secrets secrets of at least 16 characters. The first one encrypts; any of them can decrypt, so that secrets can be rotated
     * @return this builder
     */
    public B encryptionKeys(String... secrets) {
        seal = Seal.of(List.of(secrets));
        return self();
    }

    /**
     * Replaces group and channel names in Redis with hashes.
     *
     * @param secret the key for the hashes, which must be the same in all processes
     * @return this builder
     */
    public B hideNames(String secret) {
        nameSecret = secret;
        return self();
    }

    /**
     * Sets the maximum size of a serialized message before encryption; 1 MiB by default. Sending a larger message fails with
     * {@link io.channels4j.layer.MessageTooLargeException} before anything is sent.
     *
     * @param max the size in bytes, at least 1
     * @return this builder
     */
    public B maxMessageBytes(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("maxMessageBytes: %d (expected: 1 or more)".formatted(max));
        }
        maxMessageBytes = max;
        return self();
    }

    /**
     * Makes messages to other processes wait while Redis is unavailable, until they expire. They are sent in order when Redis is
     * available again. By default, such messages fail immediately.
     *
     * @param max the maximum total size of the waiting messages in bytes, at least 1. In the pub/sub layer, the limit applies per host.
     *     Messages beyond this limit fail immediately
     * @return this builder
     */
    public B maxBytesDuringOutage(long max) {
        if (max < 1) {
            throw new IllegalArgumentException("maxBytesDuringOutage: %d (expected: 1 or more)".formatted(max));
        }
        waitsDuringOutage = true;
        maxWaitingBytes = max;
        return self();
    }

    final boolean waitsDuringOutage() {
        return waitsDuringOutage;
    }

    final long maxWaitingBytes() {
        return maxWaitingBytes;
    }

    final Keys keys() {
        return nameSecret == null ? Keys.of(prefix) : Keys.hashed(prefix, nameSecret);
    }

    final MessageCodec codec() {
        return new MessageCodec(serializer, seal, maxMessageBytes);
    }
}
