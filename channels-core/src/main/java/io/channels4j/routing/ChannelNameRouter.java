package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.LayerNames;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Chooses the application for what a worker takes from a channel, by the channel's name.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 *
 * <p><b>Failure.</b> A scope without a channel's name, and a channel without an application, fail with {@link
 * ChannelsException}.
 */
public final class ChannelNameRouter implements Application {

    private final Map<String, Application> byName;

    private ChannelNameRouter(Map<String, Application> byName) {
        this.byName = byName;
    }

    /**
     * Returns a builder of a router without applications.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a router.
     *
     * @param byName the applications by the names of their channels
     * @return the router
     * @throws IllegalArgumentException when a name breaks the rules for channels
     */
    public static ChannelNameRouter of(Map<String, Application> byName) {
        Builder builder = builder();
        byName.forEach(builder::channel);
        return builder.build();
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        String channel = scope.get(Scope.CHANNEL).orElse(null);
        if (channel == null) {
            return failed("channel name router: a scope of type \"%s\" without channel name (expected: a worker's)"
                    .formatted(scope.type()));
        }
        Application application = byName.get(channel);
        return application == null
                ? failed("channel name: \"%s\" (expected: one of %s)".formatted(channel, byName.keySet()))
                : application.handle(scope, receiver, sender);
    }

    private static CompletionStage<Void> failed(String message) {
        return CompletableFuture.failedFuture(new ChannelsException(message));
    }

    /**
     * Collects the applications of a {@link ChannelNameRouter}, at most one for each channel.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {

        private final Map<String, Application> byName = new TreeMap<>();

        private Builder() {}

        /**
         * Sets the application for a channel.
         *
         * @param name the channel's name
         * @param application serves it
         * @return this builder
         * @throws IllegalArgumentException when it is set already, or the name breaks the rules for channels
         */
        public Builder channel(String name, Application application) {
            if (byName.putIfAbsent(LayerNames.requireChannel(name), application) != null) {
                throw new IllegalArgumentException(
                        "channel name: \"%s\" (expected: one application for each)".formatted(name));
            }
            return this;
        }

        /**
         * Sets the consumers for a channel.
         *
         * @param name the channel's name
         * @param consumer makes them
         * @return this builder
         * @throws IllegalArgumentException when the application is set already, or the name breaks the rules for
         *     channels
         */
        public Builder channel(String name, Supplier<? extends Consumer> consumer) {
            return channel(name, Consumer.application(consumer));
        }

        /**
         * Returns the router.
         *
         * @return a new router that later calls do not change
         */
        public ChannelNameRouter build() {
            return new ChannelNameRouter(new TreeMap<>(byName));
        }
    }
}
