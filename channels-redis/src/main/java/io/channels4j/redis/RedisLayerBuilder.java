package io.channels4j.redis;

import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The choices that both Redis layers offer. Not safe for several threads at once. */
abstract class RedisLayerBuilder<B extends RedisLayerBuilder<B>> {

    private static final int LARGEST_MESSAGE = 1024 * 1024;

    private final RedisHosts hosts;
    private String prefix = "channels";
    private LayerSettings settings = LayerSettings.defaults();
    private final List<LayerListener> listeners = new ArrayList<>();
    private MessageSerializer serializer = JsonSerializer.create();
    private Seal seal = Seal.none();
    private @Nullable String nameSecret;
    private int largestMessage = LARGEST_MESSAGE;

    RedisLayerBuilder(RedisHosts hosts) {
        this.hosts = hosts;
    }

    abstract B self();

    /**
     * Sets what the names of all keys and channels of this layer start with; layers with different prefixes do not hear each other.
     * {@code channels} unless told otherwise.
     *
     * @param text 1-100 of the ASCII letters, digits, {@code _ . :} and {@code -}
     * @return this builder
     */
    public B prefix(String text) {
        Keys.of(text); // checks it
        prefix = text;
        return self();
    }

    /**
     * Sets the limits of channels in this process.
     *
     * @param limits the limits
     * @return this builder
     */
    public B settings(LayerSettings limits) {
        settings = limits;
        return self();
    }

    /**
     * Adds a listener that is told of outages.
     *
     * @param listener the listener
     * @return this builder
     */
    public B listener(LayerListener listener) {
        listeners.add(listener);
        return self();
    }

    /**
     * Sets how messages are written; the same in all processes. JSON unless told otherwise.
     *
     * @param form the serializer
     * @return this builder
     */
    public B serializer(MessageSerializer form) {
        serializer = form;
        return self();
    }

    /**
     * Encrypts messages with AES-256-GCM. Names of groups and channels stay readable, see {@link #hideNames}.
     *
     * @param secrets secrets of 16 characters or more: the first encrypts, all decrypt, so that one can be replaced by another
     *     without a pause
     * @return this builder
     */
    public B encryptionKeys(String... secrets) {
        seal = Seal.of(List.of(secrets));
        return self();
    }

    /**
     * Shows Redis hashes of the names of groups and channels instead of the names.
     *
     * @param secret what the hashes are keyed with, the same in all processes
     * @return this builder
     */
    public B hideNames(String secret) {
        nameSecret = secret;
        return self();
    }

    /**
     * Sets how large a message may be when it is written; a larger one fails with
     * {@link io.channels4j.layer.MessageTooLargeException} before anything is sent. 1 MiB unless told otherwise.
     *
     * @param bytes how many bytes, one or more
     * @return this builder
     */
    public B largestMessage(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("largest message: %d bytes (expected: 1 or more)".formatted(bytes));
        }
        largestMessage = bytes;
        return self();
    }

    final HostSettings hosts() {
        return hosts.hosts();
    }

    final LayerSettings settings() {
        return settings;
    }

    final List<LayerListener> listeners() {
        return List.copyOf(listeners);
    }

    final Keys keys() {
        return nameSecret == null ? Keys.of(prefix) : Keys.hashed(prefix, nameSecret);
    }

    final MessageCodec codec() {
        return new MessageCodec(serializer, seal, largestMessage);
    }
}
