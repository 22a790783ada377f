package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import io.channels4j.engine.LayerUse;
import io.channels4j.engine.NullChecks;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Selects the application for a connection by its protocol, {@link Scope#type()}. This router is usually the outermost
 * application.
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="protocols"}
 *
 * <p>HTTP requests or WebSockets without an application are refused with status 404 and logged in one debug line
 * (guarantee P7).
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 *
 * <p><b>Failure.</b> For any other type without an application, {@link #handle} fails with {@link ChannelsException}. For
 * {@code lifespan}, servers interpret this failure as "not supported" (ASGI lifespan).
 */
@SuppressWarnings("exports") // LayerUse is internal: only servers use it
public final class ProtocolTypeRouter implements Application, LayerUse {

    private static final List<String> SERVED = List.of("http", "websocket");

    private final Map<String, Application> byType;

    private ProtocolTypeRouter(Map<String, Application> byType) {
        this.byType = byType;
    }

    /**
     * Returns a builder without applications.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        Application application = byType.get(scope.type());
        if (application != null) {
            return NullChecks.handle(application, scope, receiver, sender);
        }
        if (scope.type().equals("http") || scope.type().equals("websocket")) {
            return NotFound.INSTANCE.handle(scope, receiver, sender);
        }
        return CompletableFuture.failedFuture(new ChannelsException(
                "scope type: \"%s\" (expected: one of %s)".formatted(scope.type(), byType.keySet())));
    }

    /** Returns a consumer of the server's connections. Workers have layers of their own. */
    @Override
    public @Nullable Class<?> layerConsumer() {
        for (String type : SERVED) {
            Application application = byType.get(type);
            Class<?> consumer = application == null ? null : LayerUse.in(application);
            if (consumer != null) {
                return consumer;
            }
        }
        return null;
    }

    /**
     * Builds a {@link ProtocolTypeRouter} with at most one application per protocol. Setting a second application for a protocol throws
     * {@link IllegalArgumentException}.
     *
     * <p>Each protocol is served by an application or by a supplier that creates a consumer per connection. A method
     * reference such as Spring's {@code provider::getObject} may be ambiguous between the two. In this case, pass the
     * consumer's class as well: {@code websocket(ChatConsumer.class, provider::getObject)}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {

        private final Map<String, Application> byType = new TreeMap<>();

        private Builder() {}

        /**
         * Sets the application for HTTP requests.
         *
         * @param application the application that serves the requests
         * @return this builder
         */
        public Builder http(Application application) {
            return protocol("http", application);
        }

        /**
         * Sets the consumer for HTTP requests.
         *
         * @param consumer a supplier that creates the consumer for a request
         * @return this builder
         */
        public Builder http(Supplier<? extends Consumer> consumer) {
            return protocol("http", consumer);
        }

        /**
         * Sets the consumer for HTTP requests and validates its handlers.
         *
         * @param type the consumer's class
         * @param consumer a supplier that creates the consumer for a request
         * @param <C> the consumer's class
         * @return this builder
         * @throws ChannelsException if an annotated handler of the class cannot be bound
         */
        public <C extends Consumer> Builder http(Class<C> type, Supplier<? extends C> consumer) {
            return http(CheckedConsumer.of(type, consumer));
        }

        /**
         * Sets the application for WebSockets.
         *
         * @param application the application that serves the connections
         * @return this builder
         */
        public Builder websocket(Application application) {
            return protocol("websocket", application);
        }

        /**
         * Sets the consumer for WebSockets.
         *
         * @param consumer a supplier that creates the consumer for a connection
         * @return this builder
         */
        public Builder websocket(Supplier<? extends Consumer> consumer) {
            return protocol("websocket", consumer);
        }

        /**
         * Sets the consumer for WebSockets and validates its handlers.
         *
         * @param type the consumer's class
         * @param consumer a supplier that creates the consumer for a connection
         * @param <C> the consumer's class
         * @return this builder
         * @throws ChannelsException if an annotated handler of the class cannot be bound
         */
        public <C extends Consumer> Builder websocket(Class<C> type, Supplier<? extends C> consumer) {
            return websocket(CheckedConsumer.of(type, consumer));
        }

        /**
         * Sets the application for messages that workers take from channels, usually a {@link ChannelNameRouter}.
         *
         * @param application the application that handles the messages
         * @return this builder
         */
        public Builder channel(Application application) {
            return protocol("channel", application);
        }

        /**
         * Sets the consumer for messages that workers take from channels.
         *
         * @param consumer a supplier that creates the consumer
         * @return this builder
         */
        public Builder channel(Supplier<? extends Consumer> consumer) {
            return protocol("channel", consumer);
        }

        /**
         * Sets the application for the server's startup and shutdown (ASGI lifespan).
         *
         * @param application the application that receives the lifespan events
         * @return this builder
         */
        public Builder lifespan(Application application) {
            return protocol("lifespan", application);
        }

        /**
         * Sets the consumer for the server's startup and shutdown (ASGI lifespan).
         *
         * @param consumer a supplier that creates the consumer
         * @return this builder
         */
        public Builder lifespan(Supplier<? extends Consumer> consumer) {
            return protocol("lifespan", consumer);
        }

        /**
         * Sets the application for a protocol.
         *
         * @param type the protocol, as the server reports it in {@link Scope#type()}
         * @param application the application that serves the connections
         * @return this builder
         */
        public Builder protocol(String type, Application application) {
            if (byType.putIfAbsent(requireNonNull(type, "type"), requireNonNull(application, "application")) != null) {
                throw new IllegalArgumentException(
                        "scope type: \"%s\" (expected: one application for each)".formatted(type));
            }
            return this;
        }

        /**
         * Sets the consumer for a protocol.
         *
         * @param type the protocol, as the server reports it in {@link Scope#type()}
         * @param consumer a supplier that creates the consumer for a connection
         * @return this builder
         */
        public Builder protocol(String type, Supplier<? extends Consumer> consumer) {
            return protocol(type, Consumer.application(consumer));
        }

        /**
         * Returns the router.
         *
         * @return a new router, unaffected by later calls to this builder
         */
        public ProtocolTypeRouter build() {
            return new ProtocolTypeRouter(new TreeMap<>(byType));
        }
    }
}
