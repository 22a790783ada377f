package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.consumer.Interceptor;
import io.channels4j.consumer.Interceptors;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The settings shared by all communicators. */
abstract class CommunicatorBuilder<B extends CommunicatorBuilder<B>> {

    private final Application application;
    private final Headers.Builder headers = Headers.builder();
    private final List<Consumer<ScopeBuilder>> changes = new ArrayList<>();
    private @Nullable ChannelLayers layers;
    private @Nullable ManualClock clock;
    private Duration timeout = TestTimeouts.timeout();

    CommunicatorBuilder(Application application) {
        this.application = application;
    }

    abstract B self();

    /**
     * Sets the layer of the application. The default is a new in-memory layer that converts every message to JSON and back. A
     * test then sees what another process would receive.
     *
     * @param layer the layer, which the communicator does not close
     * @return this builder
     */
    public B channelLayer(ChannelLayer layer) {
        return channelLayers(ChannelLayers.of(layer));
    }

    /**
     * Sets the application's layers by alias.
     *
     * @param byAlias the layers, which the communicator does not close
     * @return this builder
     */
    public B channelLayers(ChannelLayers byAlias) {
        layers = byAlias;
        return self();
    }

    /**
     * Sets the mapper for the JSON of the application and of a {@link WebsocketCommunicator}. The library's mapper by
     * default.
     *
     * @param mapper the mapper
     * @return this builder
     */
    public B jsonMapper(JsonMapper mapper) {
        return scope(facts -> facts.jsonMapper(mapper));
    }

    /**
     * Sets the threads of blocking consumers and of {@code Blocking}. {@link BlockingThreads#shared()} by default.
     *
     * @param threads the threads
     * @return this builder
     */
    public B blockingThreads(BlockingThreads threads) {
        return with(BlockingThreads.KEY, threads);
    }

    /**
     * Sets the interceptors of the consumer's callbacks. None by default. The last call wins.
     *
     * @param outermostFirst the interceptors
     * @return this builder
     */
    public B interceptors(Interceptor... outermostFirst) {
        return with(Interceptors.KEY, Interceptors.of(outermostFirst));
    }

    /**
     * Adds a header to the request. Earlier headers with the same name are kept.
     *
     * @param name the name
     * @param value the value
     * @return this builder
     * @throws IllegalArgumentException if the name or the value contains a character that a header does not permit
     */
    public B header(String name, String value) {
        headers.add(name, value);
        return self();
    }

    /**
     * Changes the connection's scope in other ways. The communicator's own executor, closed stage and layers take
     * precedence.
     *
     * @param change the consumer that modifies the scope
     * @return this builder
     */
    public B scope(Consumer<ScopeBuilder> change) {
        changes.add(change);
        return self();
    }

    /**
     * Adds a value to the connection's scope, as middleware does.
     *
     * @param key the key
     * @param value the value
     * @param <T> its type
     * @return this builder
     */
    public <T> B with(Scope.Key<T> key, T value) {
        return scope(facts -> facts.with(key, value));
    }

    /**
     * Sets how long calls wait for the application. The default is the system property {@code channels.test.timeout}, such as
     * {@code 10s}, or 5 seconds. Only failing tests wait that long.
     *
     * @param limit the time, more than zero
     * @return this builder
     */
    public B timeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("timeout: %s (expected: more than zero)".formatted(limit));
        }
        timeout = limit;
        return self();
    }

    /**
     * Makes a manual clock the clock of the connection's timers, which then run only when the test advances it. These are
     * the timers of the consumer ({@code after} and {@code every}), the heartbeats of event streams, and the time-outs of
     * the connection. The system's clock by default.
     *
     * {@snippet class="io.channels4j.behaviour.TimersTest" region="clock"}
     *
     * @param manual the clock, which may drive several communicators
     * @return this builder
     */
    public B clock(ManualClock manual) {
        clock = manual;
        return self();
    }

    final @Nullable ManualClock clock() {
        return clock;
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

    /** Applies the changes to a scope. */
    final ScopeBuilder changed(ScopeBuilder facts) {
        changes.forEach(change -> change.accept(facts));
        return facts;
    }
}
