package io.channels4j.consumer;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.Callbacks;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.Engine;
import io.channels4j.engine.LayerFailures;
import io.channels4j.engine.UserObserver;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The base class of asynchronous and blocking consumers. It holds the connection's scope and its engine. */
abstract class AbstractConsumer implements Consumer {

    private @Nullable Scope scope;
    private @Nullable Engine engine;

    /** Set on first use. */
    private volatile @Nullable ChannelLayer layer;

    private ConsumerProtocol protocol = ConsumerProtocol.ENDLESS;

    /** The proxy that calls this consumer, or the consumer itself. */
    private AbstractConsumer hooks = this;

    AbstractConsumer() {}

    /**
     * Returns the scope of the connection.
     *
     * @return the scope
     * @throws ChannelsException if the consumer does not serve a connection yet, for example in its constructor
     */
    protected final Scope scope() {
        if (scope == null) {
            throw notServing("scope");
        }
        return scope;
    }

    /**
     * Returns the alias of the layer that this consumer uses. The alias must not change during the connection. (Channels:
     * {@code channel_layer_alias}.)
     *
     * @return the alias; {@link ChannelLayers#DEFAULT} by default
     */
    protected String channelLayerAlias() {
        return ChannelLayers.DEFAULT;
    }

    /**
     * Returns the layer that this consumer uses.
     *
     * @return the layer
     * @throws ChannelsException if no layer is configured under the alias
     */
    protected final ChannelLayer channelLayer() {
        ChannelLayer known = layer;
        if (known == null) {
            known = ChannelLayers.from(scope()).get(channelLayerAlias());
            layer = known;
        }
        return known;
    }

    /**
     * Returns the name of this connection's channel. Messages sent to it reach this consumer. The channel is opened on
     * first use.
     *
     * @return the name, unique across all processes
     * @throws ChannelsException if no layer is configured
     */
    protected final String channelName() {
        return engine().channel();
    }

    /**
     * Returns the groups of the connection. The connection joins them before the first callback, such as {@code connect()}, and
     * leaves them when it ends or is refused.
     *
     * @return the names; none by default
     */
    protected Set<String> groups() {
        return Set.of();
    }

    /**
     * Returns the rules of this connection's protocol. Base consumers for wire protocols override this method. It is called once,
     * before the first callback.
     *
     * @param sender the connection's sender, for events that the protocol sends itself, such as a heartbeat
     * @return the protocol, which may hold the state of this connection
     */
    protected ConsumerProtocol protocol(Sender sender) {
        return InternalProtocol.of(scope());
    }

    /**
     * Passes this consumer to a receiver. Through a proxy, such as one from Spring AOP, this reveals the object behind it, which then
     * serves the connection. Callbacks are called through the proxy. Applications do not call this method.
     *
     * @param receiver the receiver of this object
     */
    protected void reveal(java.util.function.Consumer<Object> receiver) {
        receiver.accept(this);
    }

    @Override
    public final CompletionStage<Void> serve(Scope connection, Receiver receiver, Sender sender) {
        AtomicReference<Object> revealed = new AtomicReference<>(this);
        reveal(revealed::set);
        AbstractConsumer consumer =
                (AbstractConsumer) Objects.requireNonNull(revealed.get(), "the consumer behind the proxy");
        if (consumer == this) {
            return start(connection, receiver, sender);
        }
        consumer.hooks = this;
        return consumer.start(ConsumerProxy.with(connection, this), receiver, sender);
    }

    private CompletionStage<Void> start(Scope connection, Receiver receiver, Sender sender) {
        if (engine != null) {
            throw new ChannelsException(
                    "%s: this object serves a connection already (expected: a new one for each connection, as in path(.., %s::new))"
                            .formatted(getClass().getName(), getClass().getSimpleName()));
        }
        scope = connection;
        protocol = protocol(sender);
        Callbacks callbacks = InterceptedCallbacks.of(callbacks(), connection);
        engine = new Engine(connection, receiver, sender, callbacks, executor(connection));
        CompletionStage<Void> known = UserObserver.serving(connection);
        return Stages.isDone(known) ? engine.run() : known.thenCompose(nothing -> engine().run());
    }

    abstract Executor executor(Scope connection);

    abstract ConsumerCallbacks callbacks();

    final Engine engine() {
        if (engine == null) {
            throw notServing("connection");
        }
        return engine;
    }

    /** Returns the object on which callbacks are called: a proxy of this consumer, or the consumer itself. */
    AbstractConsumer hooks() {
        return hooks;
    }

    final ConsumerProtocol currentProtocol() {
        return protocol;
    }

    /** Returns true if a failure was caused by the layer and the connection stays open. Counts such a failure. */
    final boolean toleratesLayerFailure(Throwable failure) {
        if (!LayerFailures.is(failure) || !protocol.isOpen()) {
            return false;
        }
        LayerFailures.note(scope(), failure);
        return true;
    }

    /**
     * Ignores a message that this consumer does not handle. In a worker, throws an exception instead. The message is
     * then not lost.
     */
    final void ignore(Message message, String reason) {
        if (protocol == InternalProtocol.CHANNEL) {
            throw new ChannelsException(
                    "message %s: %s: %s".formatted(message.type(), getClass().getName(), reason));
        }
        UnhandledMessages.of(getClass()).ignored(getClass(), scope(), message, reason);
    }

    private ChannelsException notServing(String what) {
        return new ChannelsException("%s: %s has no connection yet (expected: use in callbacks)"
                .formatted(what, getClass().getName()));
    }
}
