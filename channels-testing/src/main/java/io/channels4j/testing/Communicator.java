package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.ScopeBuilder;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.connection.ApplicationConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The base class of all communicators. It holds one connection and its layers. It closes the connection, and the default layer
 * if it created that layer.
 */
abstract sealed class Communicator implements AutoCloseable
        permits ApplicationCommunicator, HttpCommunicator, WebsocketCommunicator {

    private static final int CLIENT_PORT = 50_000;

    private final ApplicationConnection connection;
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
        timeout = builder.timeout();
        ManualClock clock = builder.clock();
        Application application = ErrorWatch.watched(builder.application());
        connection = new ApplicationConnection(
                clock == null
                        ? application
                        : ErrorWatch.intercepted(application, clock.timers().callbacks()),
                builder.changed(facts).with(ChannelLayers.KEY, layers),
                clock == null ? loop -> loop : loop -> clock.timers().on(loop, timeout));
    }

    final ApplicationConnection connection() {
        return connection;
    }

    final Duration timeout() {
        return timeout;
    }

    /**
     * Returns the application's default layer, for sending to its groups or sharing it with another communicator.
     *
     * @return the layer
     * @throws io.channels4j.ChannelsException if the given layers contain no default layer
     */
    public final ChannelLayer channelLayer() {
        return layers.get(ChannelLayers.DEFAULT);
    }

    /**
     * Returns whether the application sends nothing within 100 ms. Anything it sends can still be received.
     *
     * @return true if nothing was sent
     */
    public final boolean receiveNothing() {
        return receiveNothing(TestTimeouts.SILENCE);
    }

    /**
     * Returns whether the application sends nothing within the given time. Anything it sends can still be received.
     *
     * @param time how long to wait
     * @return true if nothing was sent
     * @throws IllegalStateException if the application has not been called yet, because it cannot send anything
     */
    public final boolean receiveNothing(Duration time) {
        if (!connection.isStarted()) {
            throw new IllegalStateException(
                    "receiveNothing: the application has not been called (expected: a connection or"
                            + " request before)");
        }
        return connection.isSilent(time);
    }

    /**
     * Disconnects if the connection is open. For WebSocket and HTTP, it then waits until the application has ended.
     * Throws the application's failure unless an earlier call has thrown it. Closing again has no effect.
     */
    @Override
    public void close() {
        try {
            if (connection.isStarted()) {
                boolean ends = connection.lose(goodbye());
                if (ends) {
                    connection.awaitEnd("close", timeout);
                } else {
                    connection.throwFirstFailure();
                }
            }
        } finally {
            if (ownLayer != null) {
                ownLayer.close();
            }
        }
    }

    /**
     * Returns the event that the application receives when this peer disconnects. Null stands for the event of a lost
     * connection.
     */
    @Nullable
    Event goodbye() {
        return null;
    }
}
