package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What the builders of all communicators offer. */
abstract class CommunicatorBuilder<B extends CommunicatorBuilder<B>> {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    private final Application application;
    private final Headers.Builder headers = Headers.builder();
    private final List<Consumer<ScopeBuilder>> changes = new ArrayList<>();
    private @Nullable ChannelLayers layers;
    private Duration timeout = DEFAULT_TIMEOUT;

    CommunicatorBuilder(Application application) {
        this.application = application;
    }

    abstract B self();

    /**
     * Sets the layer that the application uses; default an in-memory one of this communicator's own, which passes every message
     * through JSON, so that a test sees what another process would get.
     *
     * @param layer the layer; it is not closed with the communicator
     * @return this builder
     */
    public B channelLayer(ChannelLayer layer) {
        return channelLayers(ChannelLayers.of(layer));
    }

    /**
     * Sets the layers that the application uses, by alias.
     *
     * @param byAlias the layers; they are not closed with the communicator
     * @return this builder
     */
    public B channelLayers(ChannelLayers byAlias) {
        layers = byAlias;
        return self();
    }

    /**
     * Sets the mapper of the application's JSON, which the communicator uses too; by default one with the library's settings.
     *
     * @param mapper the mapper
     * @return this builder
     */
    public B jsonMapper(JsonMapper mapper) {
        return scope(facts -> facts.jsonMapper(mapper));
    }

    /**
     * Sets the threads of blocking consumers and of {@code Blocking}; by default {@link BlockingThreads#shared()}.
     *
     * @param threads the threads
     * @return this builder
     */
    public B blockingThreads(BlockingThreads threads) {
        return with(BlockingThreads.KEY, threads);
    }

    /**
     * Adds a header of the request; fields of the same name stay.
     *
     * @param name the name
     * @param value the value
     * @return this builder
     * @throws IllegalArgumentException when the name is not a token or the value has a control character
     */
    public B header(String name, String value) {
        headers.add(name, value);
        return self();
    }

    /**
     * Changes the connection's scope in other ways; what the communicator itself sets stays: the executor, the stage of the end
     * and the layers.
     *
     * @param change what to change
     * @return this builder
     */
    public B scope(Consumer<ScopeBuilder> change) {
        changes.add(change);
        return self();
    }

    /**
     * Adds a fact to the connection's scope, as middleware would.
     *
     * @param key the fact's key
     * @param value the fact
     * @param <T> its type
     * @return this builder
     */
    public <T> B with(Scope.Key<T> key, T value) {
        return scope(facts -> facts.with(key, value));
    }

    /**
     * Sets how long calls wait for the application; default 1 second.
     *
     * @param most the time, more than zero
     * @return this builder
     */
    public B timeout(Duration most) {
        if (most.isNegative() || most.isZero()) {
            throw new IllegalArgumentException("timeout: %s (expected: more than zero)".formatted(most));
        }
        timeout = most;
        return self();
    }

    final Duration timeout() {
        return timeout;
    }

    final Headers headers() {
        return headers.build();
    }

    final Application application() {
        return application;
    }

    final @Nullable ChannelLayers layers() {
        return layers;
    }

    /** Makes the changes that were asked for. */
    final ScopeBuilder changed(ScopeBuilder facts) {
        changes.forEach(change -> change.accept(facts));
        return facts;
    }
}
