package io.channels4j.netty;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.consumer.Interceptor;
import io.channels4j.consumer.Interceptors;
import io.channels4j.engine.LayerUse;
import io.channels4j.internal.Stages;
import io.channels4j.internal.StandardJson;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.netty.connection.AdmissionLimiter;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.connection.ServerListeners;
import io.channels4j.netty.proxy.ProxyHeaders;
import io.channels4j.netty.settings.CompressionSettings;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.netty.socket.ServerSockets;
import io.channels4j.netty.socket.SocketTransport;
import io.channels4j.server.Lifespan;
import io.channels4j.server.ServerListener;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A builder for a {@link NettyServer}. Each method documents its default.
 *
 * <p>Not thread-safe. A builder can be used to start several servers.
 */
public final class NettyServerBuilder {

    private static final Application NO_LIFESPAN = (scope, receiver, sender) -> Stages.done();

    /** The time limit for {@link #NO_LIFESPAN}, which ends immediately. */
    private static final Duration UNUSED_LIMIT = Duration.ofSeconds(10);

    private final Application application;
    private JsonMapper jsonMapper = StandardJson.MAPPER;
    private BlockingThreads blockingThreads = BlockingThreads.shared();
    private ChannelLayers layers = ChannelLayers.none();
    private String host = "127.0.0.1";
    private int port = 8000;
    private List<SocketAddress> addresses = List.of();
    private @Nullable ServerCertificate certificate;
    private @Nullable SslContext sslContext;
    private ServerLimits limits = ServerLimits.defaults();
    private ServerTimeouts timeouts = ServerTimeouts.defaults();
    private OutboundSettings outbound = OutboundSettings.defaults();
    private Http2Settings http2 = Http2Settings.defaults();
    private CompressionSettings compression = CompressionSettings.defaults();
    private ProxySettings proxies = ProxySettings.defaults();
    private TransportSettings transport = TransportSettings.defaults();
    private Health health = Health.create();
    private Interceptors interceptors = Interceptors.of();
    private final List<ServerListener> listeners = new ArrayList<>();

    NettyServerBuilder(Application application) {
        this.application = requireNonNull(application, "application");
    }

    /**
     * Sets the layer that consumers use, under the alias {@code default}. None by default. If this method and {@link
     * #channelLayers} are called several times, the last call wins.
     *
     * @param layer the layer; closed by the server only if passed to {@link NettyServer#alsoClose}
     * @return this builder
     */
    public NettyServerBuilder channelLayer(ChannelLayer layer) {
        return channelLayers(ChannelLayers.of(requireNonNull(layer, "layer")));
    }

    /**
     * Sets the layers that consumers use. None by default. If this method and {@link #channelLayer} are called several times, the
     * last call wins.
     *
     * @param byAlias the layers; closed by the server only if passed to {@link NettyServer#alsoClose}
     * @return this builder
     */
    public NettyServerBuilder channelLayers(ChannelLayers byAlias) {
        layers = requireNonNull(byAlias, "channelLayers");
        return this;
    }

    /**
     * Sets the mapper for the JSON that clients send and receive. The default is a mapper with the library's settings. Consumers
     * may override the mapper. It is not used for messages between processes.
     *
     * @param mapper the mapper
     * @return this builder
     */
    public NettyServerBuilder jsonMapper(JsonMapper mapper) {
        jsonMapper = requireNonNull(mapper, "jsonMapper");
        return this;
    }

    /**
     * Sets the threads that run blocking consumers and {@link io.channels4j.concurrent.Blocking}. The default is {@link
     * BlockingThreads#shared()}.
     *
     * @param threads the threads
     * @return this builder
     */
    public NettyServerBuilder blockingThreads(BlockingThreads threads) {
        blockingThreads = requireNonNull(threads, "blockingThreads");
        return this;
    }

    /**
     * Sets the address to listen on. The default is {@code 127.0.0.1}, which only this machine can reach.
     *
     * @param nameOrAddress a host name or address of this machine. {@code 0.0.0.0} means all IPv4 addresses, {@code ::}
     *     all addresses.
     * @return this builder
     */
    public NettyServerBuilder host(String nameOrAddress) {
        host = requireNonNull(nameOrAddress, "host");
        return this;
    }

    /**
     * Sets the port to listen on. The default is 8000.
     *
     * @param number the port, or 0 for a port chosen by the system, which {@link NettyServer#localAddress()} returns
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
     * Sets all addresses to listen on. They replace {@link #host} and {@link #port}, which then have no effect.
     *
     * @param all one or more internet addresses ({@link InetSocketAddress}) or Unix domain sockets ({@link
     *     UnixDomainSocketAddress}). A leftover socket file is replaced if no server listens on it. The server deletes
     *     its socket files when it closes.
     * @return this builder
     */
    public NettyServerBuilder listen(SocketAddress... all) {
        if (all.length == 0) {
            throw new IllegalArgumentException("listen: no address (expected: one or more)");
        }
        for (SocketAddress address : all) {
            if (!(address instanceof InetSocketAddress || address instanceof UnixDomainSocketAddress)) {
                throw new IllegalArgumentException(
                        "listen: \"%s\" (expected: an internet address or that of a Unix domain socket)"
                                .formatted(address));
            }
        }
        addresses = List.of(all);
        return this;
    }

    /**
     * Encrypts all connections with TLS. By default, connections are not encrypted.
     *
     * @param files the certificate and key files
     * @return this builder
     */
    public NettyServerBuilder tls(ServerCertificate files) {
        certificate = requireNonNull(files, "certificate");
        sslContext = null;
        return this;
    }

    /**
     * Encrypts all connections with a TLS context that you configure with Netty. By default, connections are not encrypted.
     *
     * @param context a server context
     * @return this builder
     */
    public NettyServerBuilder tls(SslContext context) {
        if (!requireNonNull(context, "context").isServer()) {
            throw new IllegalArgumentException("ssl context: a client context (expected: a server context)");
        }
        certificate = null;
        sslContext = context;
        return this;
    }

    /**
     * Sets the limits on what the server accepts from clients. The default is {@link ServerLimits#defaults()}.
     *
     * @param accepted the limits
     * @return this builder
     */
    public NettyServerBuilder limits(ServerLimits accepted) {
        limits = requireNonNull(accepted, "limits");
        return this;
    }

    /**
     * Sets the time-outs. The default is {@link ServerTimeouts#defaults()}.
     *
     * @param durations the time-outs
     * @return this builder
     */
    public NettyServerBuilder timeouts(ServerTimeouts durations) {
        timeouts = requireNonNull(durations, "timeouts");
        return this;
    }

    /**
     * Sets the limits on messages that are queued for a peer. The default is {@link OutboundSettings#defaults()}.
     *
     * @param settings the limits, and the policy that applies when they are exceeded
     * @return this builder
     */
    public NettyServerBuilder outbound(OutboundSettings settings) {
        outbound = requireNonNull(settings, "outbound");
        return this;
    }

    /**
     * Sets whether and how the server supports HTTP/2. The default is {@link Http2Settings#defaults()}.
     *
     * @param settings the settings
     * @return this builder
     */
    public NettyServerBuilder http2(Http2Settings settings) {
        http2 = requireNonNull(settings, "http2");
        return this;
    }

    /**
     * Sets whether and how WebSocket messages are compressed. The default is {@link CompressionSettings#defaults()}.
     *
     * @param settings the settings
     * @return this builder
     */
    public NettyServerBuilder compression(CompressionSettings settings) {
        compression = requireNonNull(settings, "compression");
        return this;
    }

    /**
     * Sets the proxies in front of the server. The default is {@link ProxySettings#defaults()}.
     *
     * @param settings the settings
     * @return this builder
     */
    public NettyServerBuilder proxies(ProxySettings settings) {
        proxies = requireNonNull(settings, "proxies");
        return this;
    }

    /**
     * Sets the transport that serves the sockets. The default is {@link TransportSettings#defaults()}.
     *
     * @param settings the settings. The server fails to start if the transport is not available.
     * @return this builder
     */
    public NettyServerBuilder transport(TransportSettings settings) {
        transport = requireNonNull(settings, "transport");
        return this;
    }

    /**
     * Adds listeners. None by default. The reasons passed to {@link ServerListener#refused} are {@code connections},
     * {@code connections_per_address}, {@code handshakes}, {@code requests}, {@code malformed} and {@code flood}. The
     * reasons passed to {@link ServerListener#dropped} are {@code drop_newest} and {@code drop_oldest}. {@link
     * io.channels4j.netty.micrometer.MicrometerServerListener} records these calls as metrics.
     *
     * @param added the listeners, called in the order in which they were added. Their failures do not affect
     *     connections.
     * @return this builder
     */
    public NettyServerBuilder listeners(ServerListener... added) {
        for (ServerListener listener : added) {
            listeners.add(requireNonNull(listener, "listener"));
        }
        return this;
    }

    /**
     * Sets the health that reports whether the server is ready. By default, the server's health is not exposed.
     *
     * @param reported the health. It must not be shared with another server.
     * @return this builder
     */
    public NettyServerBuilder health(Health reported) {
        health = requireNonNull(reported, "health");
        return this;
    }

    /**
     * Sets the interceptors of the consumers' callbacks. None by default. The last call wins. {@link
     * io.channels4j.monitoring.MdcInterceptor} adds the connection to log messages.
     *
     * @param outermostFirst the interceptors. The first one starts first and completes last.
     * @return this builder
     */
    public NettyServerBuilder interceptors(Interceptor... outermostFirst) {
        interceptors = Interceptors.of(outermostFirst);
        return this;
    }

    /**
     * Starts a server.
     *
     * @return the listening server
     * @throws ChannelsException if the server cannot listen, its certificate cannot be read, or the application fails to start
     */
    public NettyServer start() {
        LayerUse.check(application, layers);
        ServerSockets sockets = new ServerSockets(
                addresses(),
                transport.reusePort(),
                SocketTransport.of(transport.transport()),
                outbound.progress().stall());
        ReloadableTls tls =
                certificate == null ? ReloadableTls.of(sslContext) : ReloadableTls.load(certificate, http2.enabled());
        UnaryOperator<ScopeBuilder> facts = facts();
        Lifespan started = startApplication(facts);
        ServerContext context = context(facts, started);
        return NettyServer.start(context, new ServerLife(started, health), tls, sockets, transport.eventLoopThreads());
    }

    private List<SocketAddress> addresses() {
        return addresses.isEmpty() ? List.of(new InetSocketAddress(host, port)) : addresses;
    }

    /**
     * Returns a function that adds the configuration for consumers to a scope. Later changes to the builder do not affect the
     * function.
     */
    private UnaryOperator<ScopeBuilder> facts() {
        JsonMapper json = jsonMapper;
        ChannelLayers channels = layers;
        BlockingThreads threads = blockingThreads;
        Interceptors observers = interceptors;
        return scope -> {
            scope.jsonMapper(json).with(ChannelLayers.KEY, channels).with(BlockingThreads.KEY, threads);
            return observers.isEmpty() ? scope : scope.with(Interceptors.KEY, observers);
        };
    }

    private ServerContext context(UnaryOperator<ScopeBuilder> facts, Lifespan started) {
        return new ServerContext(
                application,
                facts,
                started.state(),
                limits,
                timeouts,
                outbound,
                http2,
                compression,
                proxies,
                new ProxyHeaders(proxies),
                new ServerHeaders(timeouts.clock(), proxies.serverHeader()),
                ServerListeners.of(listeners),
                new AdmissionLimiter(limits, System::nanoTime),
                nanoTime(timeouts.clock()));
    }

    /**
     * Returns the clock for time-outs. A monotonic clock replaces the system clock, because wall-clock adjustments must
     * not affect time-outs.
     */
    private static LongSupplier nanoTime(InstantSource clock) {
        if (clock.equals(InstantSource.system())) {
            return System::nanoTime;
        }
        return () -> {
            Instant now = clock.instant();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        };
    }

    private Lifespan startApplication(UnaryOperator<ScopeBuilder> facts) {
        Duration limit = timeouts.lifespan();
        Application notified = limit.isZero() ? NO_LIFESPAN : application;
        try {
            return Lifespan.start(
                            notified, facts.apply(Scope.builder("lifespan")), limit.isZero() ? UNUSED_LIMIT : limit)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ChannelsException why ? why : e;
        }
    }
}
