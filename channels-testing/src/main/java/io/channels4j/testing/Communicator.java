package io.channels4j.testing;

import io.channels4j.Event;
import io.channels4j.ScopeBuilder;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What all communicators share: one connection, its layer, and their end. */
abstract sealed class Communicator implements AutoCloseable
        permits ApplicationCommunicator, HttpCommunicator, WebsocketCommunicator {

    private static final Duration NOTHING = Duration.ofMillis(100);
    private static final int CLIENT_PORT = 50_000;

    private final Connection connection;
    private final ChannelLayers layers;
    private final @Nullable ChannelLayer ownLayer;
    private final Duration timeout;

    Communicator(CommunicatorBuilder<?> builder, ScopeBuilder facts) {
        ChannelLayers given = builder.layers();
        if (given == null) {
            ownLayer = new JsonRoundTripLayer(InMemoryChannelLayer.create());
            layers = ChannelLayers.of(ownLayer);
        } else {
            ownLayer = null;
            layers = given;
        }
        facts.client(new InetSocketAddress(InetAddress.getLoopbackAddress(), CLIENT_PORT));
        connection =
                new Connection(builder.application(), builder.changed(facts).with(ChannelLayers.KEY, layers));
        timeout = builder.timeout();
    }

    final Connection connection() {
        return connection;
    }

    final Duration timeout() {
        return timeout;
    }

    /**
     * Returns the layer that the application uses by default, so that a test can send to its groups or share it with another
     * communicator.
     *
     * @return the layer
     * @throws io.channels4j.ChannelsException when the layers that were given have none under the default alias
     */
    public final ChannelLayer channelLayer() {
        return layers.get(ChannelLayers.DEFAULT);
    }

    /**
     * Tells whether the application sends nothing for 100 ms. What it sends stays to be received.
     *
     * @return true when nothing came
     */
    public final boolean receiveNothing() {
        return receiveNothing(NOTHING);
    }

    /**
     * Tells whether the application sends nothing for a time. What it sends stays to be received.
     *
     * @param time how long to wait
     * @return true when nothing came
     */
    public final boolean receiveNothing(Duration time) {
        return connection.nothing(time);
    }

    /**
     * Leaves, if the connection is still there, and waits for the application's end. Fails with what went wrong and was not
     * told by a call before. Closing twice is closing once.
     */
    @Override
    public void close() {
        try {
            if (connection.started()) {
                boolean ends = connection.lose(goodbye());
                if (ends) {
                    connection.awaitEnd("close", timeout);
                } else {
                    connection.raiseTrouble();
                }
            }
        } finally {
            if (ownLayer != null) {
                ownLayer.close();
            }
        }
    }

    /** Returns the event with which this peer leaves, or null when it just goes. */
    @Nullable
    Event goodbye() {
        return null;
    }
}
