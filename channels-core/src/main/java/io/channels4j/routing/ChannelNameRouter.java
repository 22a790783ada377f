package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import io.channels4j.engine.NullChecks;
import io.channels4j.layer.LayerNames;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Selects the application for a worker's messages by their channel's name.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 *
 * <p><b>Failure.</b> {@link #handle} fails with {@link ChannelsException} if the scope has no channel name or the channel has no
 * application.
 */
public final class ChannelNameRouter implements Application {

    private final Map<String, Application> byName;

    private ChannelNameRouter(Map<String, Application> byName) {
        this.byName = byName;
    }

    /**
     * Returns a builder without applications.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a router.
     *
     * @param byName the applications by channel name
     * @return the router
     * @throws IllegalArgumentException if a name is not a valid channel name
     */
    public static ChannelNameRouter of(Map<String, Application> byName) {
        Builder builder = builder();
        byName.forEach(builder::channel);
        return builder.build();
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        String channel = scope.get(Scope.CHANNEL).orElse(null);
        if (channel == null) {
            return failed("channel name router: a scope of type \"%s\" without channel name (expected: a worker's)"
                    .formatted(scope.type()));
        }
        Application application = byName.get(channel);
        return application == null
                ? failed("channel name: \"%s\" (expected: one of %s)".formatted(channel, byName.keySet()))
                : NullChecks.handle(application, scope, receiver, sender);
    }

    private static CompletionStage<Void> failed(String message) {
        return CompletableFuture.failedFuture(new ChannelsException(message));
    }

    /**
     * Builds a {@link ChannelNameRouter} with at most one application per channel. Setting a second application for a channel or using an
     * invalid channel name throws {@link IllegalArgumentException}.
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
         * @param application the application that serves the channel
         * @return this builder
         */
        public Builder channel(String name, Application application) {
            if (byName.putIfAbsent(LayerNames.requireChannel(name), requireNonNull(application, "application"))
                    != null) {
                throw new IllegalArgumentException(
                        "channel name: \"%s\" (expected: one application for each)".formatted(name));
            }
            return this;
        }

        /**
         * Sets the consumer for a channel.
         *
         * @param name the channel's name
         * @param consumer a supplier that creates the consumer
         * @return this builder
         */
        public Builder channel(String name, Supplier<? extends Consumer> consumer) {
            return channel(name, Consumer.application(consumer));
        }

        /**
         * Sets the consumer for a channel and validates its handlers.
         *
         * @param name the channel's name
         * @param type the consumer's class
         * @param consumer a supplier that creates the consumer
         * @param <C> the consumer's class
         * @return this builder
         * @throws ChannelsException if an annotated handler of the class cannot be bound
         */
        public <C extends Consumer> Builder channel(String name, Class<C> type, Supplier<? extends C> consumer) {
            return channel(name, CheckedConsumer.of(type, consumer));
        }

        /**
         * Returns the router.
         *
         * @return a new router, unaffected by later calls to this builder
         */
        public ChannelNameRouter build() {
            return new ChannelNameRouter(new TreeMap<>(byName));
        }
    }
}
