package io.channels4j.consumer;

import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.Engine;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What asynchronous and blocking consumers share: the connection's facts and its engine. */
abstract class AbstractConsumer implements Consumer {

    private @Nullable Scope scope;
    private @Nullable Engine<Disconnect> engine;
    private Protocol protocol = Protocol.ENDLESS;

    AbstractConsumer() {}

    /**
     * Returns the facts of the connection.
     *
     * @return the scope
     * @throws ChannelsException before the connection is there, as in a constructor
     */
    protected final Scope scope() {
        if (scope == null) {
            throw notServing("scope");
        }
        return scope;
    }

    /**
     * Returns the alias of the layer that this consumer uses. (Channels: {@code channel_layer_alias}.)
     *
     * @return the alias; {@link ChannelLayers#DEFAULT} unless overridden
     */
    protected String channelLayerAlias() {
        return ChannelLayers.DEFAULT;
    }

    /**
     * Returns the layer that this consumer uses.
     *
     * @return the layer
     * @throws ChannelsException when no layer is configured under the alias
     */
    protected final ChannelLayer channelLayer() {
        return ChannelLayers.of(scope()).get(channelLayerAlias());
    }

    /**
     * Returns the name of this connection's channel; messages that are sent there reach this consumer. The channel is opened
     * when this is called first.
     *
     * @return the name, unique among all processes
     * @throws ChannelsException when no layer is configured
     */
    protected final String channelName() {
        return engine().channel();
    }

    /**
     * Returns the groups that the connection joins before its first callback. It leaves them at its end, or at once when it is
     * refused.
     *
     * @return the names; none unless overridden
     */
    protected Set<String> groups() {
        return Set.of();
    }

    /**
     * Returns what this consumer's protocol is like. Base consumers of wire protocols override it; it is called once.
     *
     * @return the protocol, with the state of this connection
     */
    protected Protocol protocol() {
        return InternalProtocol.of(scope());
    }

    @Override
    public final CompletionStage<Void> serve(Scope connection, Receiver receiver, Sender sender) {
        if (engine != null) {
            throw new ChannelsException(
                    "%s: this object serves a connection already (expected: a new one for each, as in path(.., %s::new))"
                            .formatted(getClass().getName(), getClass().getSimpleName()));
        }
        scope = connection;
        protocol = protocol();
        protocol.started(sender);
        Engine<Disconnect> started =
                new Engine<>(connection, receiver, sender, new ConsumerCallbacks(this), executor(connection));
        engine = started;
        return started.run();
    }

    abstract Executor executor(Scope connection);

    abstract ConsumerCallbacks.Hooks hooks();

    final Engine<Disconnect> engine() {
        if (engine == null) {
            throw notServing("connection");
        }
        return engine;
    }

    final Protocol currentProtocol() {
        return protocol;
    }

    private ChannelsException notServing(String what) {
        return new ChannelsException("%s: %s has no connection yet (expected: use in callbacks)"
                .formatted(what, getClass().getName()));
    }
}
