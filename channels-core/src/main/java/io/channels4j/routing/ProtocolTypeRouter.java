package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Chooses the application of a connection by its protocol, {@link Scope#type()}: usually the outermost application.
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="protocols"}
 *
 * <p>HTTP requests and WebSockets without an application are answered with status 404 and one debug line (promise P7).
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 *
 * <p><b>Failure.</b> A scope of any other type without an application fails with {@link ChannelsException}; for {@code
 * lifespan} servers take that as "not supported" (ASGI lifespan).
 */
public final class ProtocolTypeRouter implements Application {

    private final Map<String, Application> byType;

    private ProtocolTypeRouter(Map<String, Application> byType) {
        this.byType = byType;
    }

    /**
     * Returns a builder of a router without applications.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        Application application = byType.get(scope.type());
        if (application != null) {
            return application.handle(scope, receiver, sender);
        }
        if (scope.type().equals("http") || scope.type().equals("websocket")) {
            return NoRoute.INSTANCE.handle(scope, receiver, sender);
        }
        return CompletableFuture.failedFuture(new ChannelsException(
                "scope type: \"%s\" (expected: one of %s)".formatted(scope.type(), byType.keySet())));
    }

    /**
     * Collects the applications of a {@link ProtocolTypeRouter}, at most one for each protocol.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {

        private final Map<String, Application> byType = new TreeMap<>();

        private Builder() {}

        /**
         * Sets the application for HTTP requests.
         *
         * @param application serves them
         * @return this builder
         * @throws IllegalArgumentException when it is set already
         */
        public Builder http(Application application) {
            return protocol("http", application);
        }

        /**
         * Sets the consumers for HTTP requests.
         *
         * @param consumer makes one for each request
         * @return this builder
         * @throws IllegalArgumentException when the application is set already
         */
        public Builder http(Supplier<? extends Consumer> consumer) {
            return protocol("http", consumer);
        }

        /**
         * Sets the application for WebSockets.
         *
         * @param application serves them
         * @return this builder
         * @throws IllegalArgumentException when it is set already
         */
        public Builder websocket(Application application) {
            return protocol("websocket", application);
        }

        /**
         * Sets the consumers for WebSockets.
         *
         * @param consumer makes one for each connection
         * @return this builder
         * @throws IllegalArgumentException when the application is set already
         */
        public Builder websocket(Supplier<? extends Consumer> consumer) {
            return protocol("websocket", consumer);
        }

        /**
         * Sets the application for what workers take from channels, usually a {@link ChannelNameRouter}.
         *
         * @param application serves it
         * @return this builder
         * @throws IllegalArgumentException when it is set already
         */
        public Builder channel(Application application) {
            return protocol("channel", application);
        }

        /**
         * Sets the consumers for what workers take from channels.
         *
         * @param consumer makes them
         * @return this builder
         * @throws IllegalArgumentException when the application is set already
         */
        public Builder channel(Supplier<? extends Consumer> consumer) {
            return protocol("channel", consumer);
        }

        /**
         * Sets the application for the server's start and stop (ASGI lifespan).
         *
         * @param application serves them
         * @return this builder
         * @throws IllegalArgumentException when it is set already
         */
        public Builder lifespan(Application application) {
            return protocol("lifespan", application);
        }

        /**
         * Sets the consumer for the server's start and stop (ASGI lifespan).
         *
         * @param consumer makes it
         * @return this builder
         * @throws IllegalArgumentException when the application is set already
         */
        public Builder lifespan(Supplier<? extends Consumer> consumer) {
            return protocol("lifespan", consumer);
        }

        /**
         * Sets the application for a protocol.
         *
         * @param type the protocol, as its server names it in {@link Scope#type()}
         * @param application serves it
         * @return this builder
         * @throws IllegalArgumentException when it is set already
         */
        public Builder protocol(String type, Application application) {
            if (byType.putIfAbsent(type, application) != null) {
                throw new IllegalArgumentException(
                        "scope type: \"%s\" (expected: one application for each)".formatted(type));
            }
            return this;
        }

        /**
         * Sets the consumers for a protocol.
         *
         * @param type the protocol, as its server names it in {@link Scope#type()}
         * @param consumer makes one for each connection
         * @return this builder
         * @throws IllegalArgumentException when the application is set already
         */
        public Builder protocol(String type, Supplier<? extends Consumer> consumer) {
            return protocol(type, Consumer.application(consumer));
        }

        /**
         * Returns the router.
         *
         * @return a new router that later calls do not change
         */
        public ProtocolTypeRouter build() {
            return new ProtocolTypeRouter(new TreeMap<>(byType));
        }
    }
}
