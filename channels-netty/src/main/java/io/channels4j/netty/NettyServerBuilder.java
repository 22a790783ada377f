package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.netty.connection.Service;
import io.channels4j.netty.connection.Settings;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The choices for a {@link NettyServer}; each method names its default.
 *
 * <p>Not thread-safe. A builder may start several servers.
 */
public final class NettyServerBuilder {

    private static final int MIB = 1024 * 1024;

    private final Application application;
    private ChannelLayers layers = ChannelLayers.none();
    private String host = "127.0.0.1";
    private int port = 8000;
    private int eventLoopThreads = Runtime.getRuntime().availableProcessors();
    private int maxMessageBytes = MIB;
    private long maxBodyBytes = MIB;
    private int maxHeaderBytes = 16 * 1024;
    private long outboundBytes = MIB;
    private Duration outboundAge = Duration.ofSeconds(10);
    private SlowConsumerPolicy slowConsumerPolicy = SlowConsumerPolicy.DISCONNECT;
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private Duration pingInterval = Duration.ofSeconds(20);
    private Duration pingTimeout = Duration.ofSeconds(10);
    private Duration closeTimeout = Duration.ofSeconds(10);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Duration applicationCloseTimeout = Duration.ofSeconds(10);
    private Duration drainTimeout = Duration.ofSeconds(30);

    NettyServerBuilder(Application application) {
        this.application = application;
    }

    /**
     * Sets the layer that consumers use; default none.
     *
     * @param layer the layer, which the server does not close
     * @return this builder
     */
    public NettyServerBuilder channelLayer(ChannelLayer layer) {
        return channelLayers(ChannelLayers.of(layer));
    }

    /**
     * Sets the layers that consumers use; default none.
     *
     * @param byAlias the layers, which the server does not close
     * @return this builder
     */
    public NettyServerBuilder channelLayers(ChannelLayers byAlias) {
        layers = byAlias;
        return this;
    }

    /**
     * Sets the address to listen on; default {@code 127.0.0.1}, so that nobody else reaches a server by accident.
     *
     * @param nameOrAddress a host name or address of this machine; {@code 0.0.0.0} for all IPv4 ones, {@code ::} for all
     * @return this builder
     */
    public NettyServerBuilder host(String nameOrAddress) {
        host = nameOrAddress;
        return this;
    }

    /**
     * Sets the port to listen on; default 8000.
     *
     * @param number the port; 0 for one that the system chooses, which {@link NettyServer#localAddress()} tells
     * @return this builder
     */
    public NettyServerBuilder port(int number) {
        if (number < 0 || number > 65535) {
            throw new IllegalArgumentException("port: %d (expected: 0-65535)".formatted(number));
        }
        port = number;
        return this;
    }

    /**
     * Sets how many threads serve connections; default the number of processors.
     *
     * @param threads the number, one or more
     * @return this builder
     */
    public NettyServerBuilder eventLoopThreads(int threads) {
        eventLoopThreads = (int) positive("event loop threads", threads);
        return this;
    }

    /**
     * Sets the longest WebSocket message that is received, in one frame or in many; default 1 MiB. A longer one closes the
     * connection with code 1009.
     *
     * @param bytes the limit
     * @return this builder
     */
    public NettyServerBuilder maxMessageBytes(int bytes) {
        maxMessageBytes = (int) positive("max message bytes", bytes);
        return this;
    }

    /**
     * Sets the longest body of a request; default 1 MiB. A longer one is answered with status 413.
     *
     * @param bytes the limit
     * @return this builder
     */
    public NettyServerBuilder maxBodyBytes(long bytes) {
        maxBodyBytes = positive("max body bytes", bytes);
        return this;
    }

    /**
     * Sets the limit of a request line and, counted apart, of all headers of a request; default 16 KiB. More is answered with
     * status 414 and 431.
     *
     * @param bytes the limit
     * @return this builder
     */
    public NettyServerBuilder maxHeaderBytes(int bytes) {
        maxHeaderBytes = (int) positive("max header bytes", bytes);
        return this;
    }

    /**
     * Sets how many bytes may wait for a WebSocket's peer before the slow-consumer policy applies; default 1 MiB. It is
     * compared, at each send, with what waits already, so that a message of any size finds a place in an empty queue.
     *
     * @param bytes the bound
     * @return this builder
     */
    public NettyServerBuilder outboundBytes(long bytes) {
        outboundBytes = positive("outbound bytes", bytes);
        return this;
    }

    /**
     * Sets how long a message may wait for a WebSocket's peer before {@link SlowConsumerPolicy#DISCONNECT} applies; default
     * 10 seconds.
     *
     * @param age the bound
     * @return this builder
     */
    public NettyServerBuilder outboundAge(Duration age) {
        outboundAge = positive("outbound age", age);
        return this;
    }

    /**
     * Sets what happens to messages for a WebSocket whose peer reads too slowly; default
     * {@link SlowConsumerPolicy#DISCONNECT}.
     *
     * @param policy the policy
     * @return this builder
     */
    public NettyServerBuilder slowConsumerPolicy(SlowConsumerPolicy policy) {
        slowConsumerPolicy = policy;
        return this;
    }

    /**
     * Sets how long an application may take to accept or refuse a WebSocket; default 10 seconds. Then the server refuses it
     * with status 503.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder handshakeTimeout(Duration time) {
        handshakeTimeout = positive("handshake timeout", time);
        return this;
    }

    /**
     * Sets the silence of a WebSocket's peer after which it is sent a ping; default 20 seconds.
     *
     * @param silence the time; zero for no pings
     * @return this builder
     */
    public NettyServerBuilder pingInterval(Duration silence) {
        if (!silence.isZero()) {
            positive("ping interval", silence);
        }
        pingInterval = silence;
        return this;
    }

    /**
     * Sets how long after a ping a WebSocket's peer that stays silent is taken for dead; default 10 seconds. The time during
     * which the server does not read from the peer does not count.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder pingTimeout(Duration time) {
        pingTimeout = positive("ping timeout", time);
        return this;
    }

    /**
     * Sets how long the server waits for the peer's answer to its close frame; default 10 seconds.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder closeTimeout(Duration time) {
        closeTimeout = positive("close timeout", time);
        return this;
    }

    /**
     * Sets how long an HTTP connection may be silent between requests or within one; default 60 seconds. Then it is closed.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder idleTimeout(Duration time) {
        idleTimeout = positive("idle timeout", time);
        return this;
    }

    /**
     * Sets how long callbacks of a consumer may go on after the end of its connection; default 10 seconds.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder applicationCloseTimeout(Duration time) {
        applicationCloseTimeout = positive("application close timeout", time);
        return this;
    }

    /**
     * Sets how long {@link NettyServer#close()} waits for connections to end in order; default 30 seconds.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder drainTimeout(Duration time) {
        drainTimeout = positive("drain timeout", time);
        return this;
    }

    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(name, value));
        }
        return value;
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("%s: %s (expected: more than zero)".formatted(name, value));
        }
        return value;
    }

    /**
     * Starts a server.
     *
     * @return the server, which listens
     * @throws ChannelsException when it cannot listen there, such as on a port that is taken
     */
    public NettyServer start() {
        Settings settings = new Settings(
                maxMessageBytes,
                maxBodyBytes,
                maxHeaderBytes,
                outboundBytes,
                outboundAge,
                slowConsumerPolicy.overflow(),
                handshakeTimeout,
                pingInterval,
                pingTimeout,
                closeTimeout,
                idleTimeout,
                applicationCloseTimeout,
                drainTimeout);
        Service service = new Service(application, layers, settings, InstantSource.system());
        return NettyServer.start(service, host, port, eventLoopThreads);
    }
}
