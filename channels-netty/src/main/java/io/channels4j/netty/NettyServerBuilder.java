package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.internal.StandardJson;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.netty.connection.AdmissionLimiter;
import io.channels4j.netty.connection.GuardedListener;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.proxy.ProxyHeaders;
import io.channels4j.netty.settings.Compression;
import io.channels4j.netty.settings.Limits;
import io.channels4j.netty.settings.Multiplexing;
import io.channels4j.netty.settings.Settings;
import io.channels4j.server.Lifespan;
import io.channels4j.server.ServerListener;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The choices for a {@link NettyServer}; each method names its default.
 *
 * <p>Not thread-safe. A builder may start several servers.
 */
public final class NettyServerBuilder {

    private static final int MIB = 1024 * 1024;
    private static final Application NO_PART = (scope, receiver, sender) -> OutboundQueue.admitted();

    private final Application application;
    private InstantSource clock = InstantSource.system();
    private LongSupplier nanos = System::nanoTime;
    private JsonMapper jsonMapper = StandardJson.MAPPER;
    private BlockingThreads blockingThreads = BlockingThreads.shared();
    private ChannelLayers layers = ChannelLayers.none();
    private String host = "127.0.0.1";
    private int port = 8000;
    private List<SocketAddress> addresses = List.of();
    private boolean reusePort;
    private @Nullable ServerTransport transport;
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
    private Duration stuckCallbackWarning = Duration.ofSeconds(10);
    private boolean lifespan = true;
    private Duration lifespanTimeout = Duration.ofSeconds(30);
    private ServerListener listener = GuardedListener.NONE;
    private @Nullable ServerCertificate certificate;
    private @Nullable SslContext sslContext;
    private int maxConnections;
    private int maxConnectionsPerAddress;
    private int maxHandshakesPerSecond;
    private int maxRequests;
    private Health health = Health.create();
    private Duration drainDelay = Duration.ZERO;
    private boolean closesOnShutdown;
    private ProxyHeaders proxies = new ProxyHeaders(ProxyHeaders.Fields.X_FORWARDED, List.of());
    private String rootPath = "";
    private String serverHeader = "";
    private boolean proxyProtocol;
    private boolean compression = true;
    private int compressionThreshold = 1024;
    private boolean compressionContext;
    private boolean http2 = true;
    private int maxConcurrentStreams = 100;
    private int maxStreamResets = 200;

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
     * Sets the mapper that reads and writes the JSON of clients; by default one with the library's settings. Consumers may override it;
     * messages between processes do not depend on it.
     *
     * @param mapper the mapper
     * @return this builder
     */
    public NettyServerBuilder jsonMapper(JsonMapper mapper) {
        jsonMapper = mapper;
        return this;
    }

    /**
     * Sets the threads of blocking consumers and of {@link io.channels4j.concurrent.Blocking}; by default
     * {@link BlockingThreads#shared()}.
     *
     * @param threads the threads
     * @return this builder
     */
    public NettyServerBuilder blockingThreads(BlockingThreads threads) {
        blockingThreads = threads;
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
     * Sets all addresses to listen on, in place of a {@link #host} and {@link #port}.
     *
     * @param all internet addresses ({@link InetSocketAddress}) and paths of Unix domain sockets
     *     ({@link UnixDomainSocketAddress}), where no file may be; it is removed when the server closes
     * @return this builder
     */
    public NettyServerBuilder listen(SocketAddress... all) {
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
     * Sets whether several processes may listen on the same port and share its connections ({@code SO_REUSEPORT}, where the system has
     * it); default no.
     *
     * @param shared whether they may
     * @return this builder
     */
    public NettyServerBuilder reusePort(boolean shared) {
        reusePort = shared;
        return this;
    }

    /**
     * Sets what waits for sockets; default the first one that {@linkplain ServerTransport#isAvailable() works here} of epoll,
     * kqueue, io_uring and NIO.
     *
     * @param used the transport; a server does not start with one that does not work here
     * @return this builder
     */
    public NettyServerBuilder transport(ServerTransport used) {
        transport = used;
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

    /**
     * Sets whether the application is told of the server's start and stop (ASGI lifespan); default yes. Then an application that is
     * no router has to fail, or to end, on a scope of type {@code lifespan} if it does not take part.
     *
     * @param told whether it is told
     * @return this builder
     */
    public NettyServerBuilder lifespan(boolean told) {
        lifespan = told;
        return this;
    }

    /**
     * Sets how long the application's start and stop may take, each; default 30 seconds.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder lifespanTimeout(Duration time) {
        lifespanTimeout = positive("lifespan timeout", time);
        return this;
    }

    /**
     * Sets how long a consumer's callback may take before a warning says so, on the logger {@code io.channels4j.consumer}: once for
     * each callback, with the connection's id, the class and the method, and the stack of the thread that it holds, or that it waits
     * for its stage. A callback that holds up its event loop is seen as well; one that waits until a slow peer has read is not stuck.
     * Default 10 seconds; zero for no warning.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder stuckCallbackWarning(Duration time) {
        stuckCallbackWarning = time.isZero() ? time : positive("stuck callback warning", time);
        return this;
    }

    /**
     * Sets who is told what the server does; default nobody. The reasons of {@link ServerListener#refused} are {@code connections},
     * {@code connections_per_address}, {@code handshakes}, {@code requests}, {@code malformed} and {@code flood}; those of
     * {@link ServerListener#dropped} are {@code drop_newest} and {@code drop_oldest}. {@link
     * io.channels4j.netty.micrometer.MicrometerServerListener} makes metrics of all that.
     *
     * @param told the listener, whose failures do no harm to connections
     * @return this builder
     */
    public NettyServerBuilder listener(ServerListener told) {
        listener = new GuardedListener(told);
        return this;
    }

    /**
     * Encrypts all connections; default none.
     *
     * @param files where the certificate and its key are
     * @return this builder
     */
    public NettyServerBuilder tls(ServerCertificate files) {
        certificate = files;
        sslContext = null;
        return this;
    }

    /**
     * Encrypts all connections, with all the choices that Netty has; default none.
     *
     * @param context a context for servers
     * @return this builder
     */
    public NettyServerBuilder tls(SslContext context) {
        if (!context.isServer()) {
            throw new IllegalArgumentException("ssl context: one for clients (expected: one for servers)");
        }
        certificate = null;
        sslContext = context;
        return this;
    }

    /**
     * Sets how many connections there may be at once; default any number. One more is answered with status 503.
     *
     * @param number the limit
     * @return this builder
     */
    public NettyServerBuilder maxConnections(int number) {
        maxConnections = (int) positive("max connections", number);
        return this;
    }

    /**
     * Sets how many connections there may be at once from one address; default any number, since behind a proxy all come from one.
     * One more is answered with status 503.
     *
     * @param number the limit
     * @return this builder
     */
    public NettyServerBuilder maxConnectionsPerAddress(int number) {
        maxConnectionsPerAddress = (int) positive("max connections per address", number);
        return this;
    }

    /**
     * Sets how many WebSocket handshakes are taken in a second; default any number. One more is answered with status 503.
     *
     * @param number the limit
     * @return this builder
     */
    public NettyServerBuilder maxHandshakesPerSecond(int number) {
        maxHandshakesPerSecond = (int) positive("max handshakes per second", number);
        return this;
    }

    /**
     * Sets how many HTTP requests may be under way at once; default any number. One more is answered with status 503.
     *
     * @param number the limit
     * @return this builder
     */
    public NettyServerBuilder maxRequests(int number) {
        maxRequests = (int) positive("max requests", number);
        return this;
    }

    /**
     * Sets whether WebSocket messages are compressed for peers that offer it (permessage-deflate, RFC 7692); default yes. A
     * compressed message is inflated up to {@linkplain #maxMessageBytes the longest message} and no further.
     *
     * @param agreed whether it is agreed to
     * @return this builder
     */
    public NettyServerBuilder compression(boolean agreed) {
        compression = agreed;
        return this;
    }

    /**
     * Sets from which size on WebSocket messages are compressed; default 1024 bytes.
     *
     * @param bytes the size; 0 for all messages
     * @return this builder
     */
    public NettyServerBuilder compressionThreshold(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("compression threshold: %d (expected: 0 or more)".formatted(bytes));
        }
        compressionThreshold = bytes;
        return this;
    }

    /**
     * Sets whether a compressed message may refer to earlier ones of its connection (context takeover); default no. It compresses
     * similar small messages better and takes about 300 KiB of native memory for each connection that sends and receives them;
     * broadcasts then go out uncompressed.
     *
     * @param kept whether contexts are kept
     * @return this builder
     */
    public NettyServerBuilder compressionContext(boolean kept) {
        compressionContext = kept;
        return this;
    }

    /**
     * Sets what tells others how the server is; default nothing.
     *
     * @param told the health, of this server only
     * @return this builder
     */
    public NettyServerBuilder health(Health told) {
        health = told;
        return this;
    }

    /**
     * Sets how long {@link NettyServer#close()} goes on to take connections after the server's {@linkplain Health health} has turned
     * unready, so that load balancers notice; default zero.
     *
     * @param time the time
     * @return this builder
     */
    public NettyServerBuilder drainDelay(Duration time) {
        drainDelay = time.isZero() ? time : positive("drain delay", time);
        return this;
    }

    /**
     * Sets whether the server closes in order when the JVM shuts down, such as on SIGTERM; default no.
     *
     * @param closes whether it closes
     * @return this builder
     */
    public NettyServerBuilder closeOnShutdown(boolean closes) {
        closesOnShutdown = closes;
        return this;
    }

    /**
     * Believes proxies what they say about their clients; default none. The header is read from the right: the client of the scope is
     * the first address that is not one of these networks, and the scheme and the host are those that it asked the outermost of these
     * proxies for. Limits by address go on to count the proxy.
     *
     * @param header the header that these proxies set, whatever their clients sent; any other is ignored
     * @param networks the addresses of the proxies, in CIDR notation such as {@code 10.0.0.0/8}; {@code unix} for all
     *     who connect through a Unix domain socket
     * @return this builder
     * @throws IllegalArgumentException when a network is malformed
     */
    public NettyServerBuilder behindProxies(ForwardedHeader header, String... networks) {
        proxies = new ProxyHeaders(header.fields(), List.of(networks));
        return this;
    }

    /**
     * Sets the part of all paths under which the application is mounted; default none. Routes are matched with what follows it.
     *
     * @param path the part, such as {@code /app}
     * @return this builder
     */
    public NettyServerBuilder rootPath(String path) {
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new IllegalArgumentException("root path: \"%s\" (expected: a leading slash)".formatted(path));
        }
        rootPath = path;
        return this;
    }

    /**
     * Sets the header {@code server} of responses that have none of the application's; default none, since it helps nobody but those
     * who look for a weakness. The response that opens a WebSocket does not have it.
     *
     * @param name what the server calls itself; empty for no header
     * @return this builder
     * @throws IllegalArgumentException when the name has a control character
     */
    public NettyServerBuilder serverHeader(String name) {
        serverHeader = Headers.of("server", name).first("server").orElse("");
        return this;
    }

    /**
     * Sets whether every connection begins with a header of the PROXY protocol, version 1 or 2, which tells who the client is; default
     * no. Connections that begin otherwise are closed. Only for servers that nobody but the proxy can reach.
     *
     * @param spoken whether proxies speak it
     * @return this builder
     */
    public NettyServerBuilder proxyProtocol(boolean spoken) {
        proxyProtocol = spoken;
        return this;
    }

    /**
     * Sets whether HTTP/2 is spoken beside HTTP/1.1, WebSockets included (RFC 9113, RFC 8441); default yes. With TLS the handshake
     * agrees on it (ALPN; an {@link SslContext} has to offer {@code h2} itself), in clear text a client begins with it or asks for an
     * upgrade.
     *
     * @param spoken whether it is spoken
     * @return this builder
     */
    public NettyServerBuilder http2(boolean spoken) {
        http2 = spoken;
        return this;
    }

    /**
     * Sets how many streams there may be at once on a connection of HTTP/2, each a request or a WebSocket; default 100. One more is
     * refused and may be tried again. A stream holds at most 64 KiB that its application has not asked for, so this bounds the memory
     * of a connection.
     *
     * @param number the limit
     * @return this builder
     */
    public NettyServerBuilder maxConcurrentStreams(int number) {
        maxConcurrentStreams = (int) positive("max concurrent streams", number);
        return this;
    }

    /**
     * Sets how many streams of a connection of HTTP/2 may be reset within 30 seconds, by the client or for its mistakes; default 200.
     * One more ends the connection, since this costs the server more than the client (CVE-2023-44487).
     *
     * @param number the limit
     * @return this builder
     */
    public NettyServerBuilder maxStreamResets(int number) {
        maxStreamResets = (int) positive("max stream resets", number);
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
     * Sets the clock that pings, time-outs and the age of the outbound queue go by, for tests; default the system's, where a step of
     * the wall clock changes no time-out. How often it is looked at does not depend on it.
     *
     * @param source the clock
     * @return this builder
     */
    public NettyServerBuilder clock(InstantSource source) {
        clock = source;
        nanos = () -> {
            Instant now = source.instant();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        };
        return this;
    }

    /**
     * Starts a server.
     *
     * @return the server, which listens
     * @throws ChannelsException when it cannot listen there, such as on a port that is taken, when its certificate cannot be
     *     read, or when the application cannot start
     */
    public NettyServer start() {
        SocketTransport sockets = (transport == null ? ServerTransport.best() : transport).sockets();
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
                drainTimeout,
                stuckCallbackWarning,
                new Compression(compression, compressionThreshold, compressionContext),
                proxyProtocol,
                new Multiplexing(http2, maxConcurrentStreams, maxStreamResets),
                nanos);
        SslContext tls = certificate == null ? sslContext : certificate.load(http2);
        Lifespan started = startApplication();
        Limits limits = new Limits(maxConnections, maxConnectionsPerAddress, maxHandshakesPerSecond, maxRequests);
        ServerContext service = new ServerContext(
                application,
                this::facts,
                settings,
                new ServerHeaders(clock, serverHeader),
                started.state(),
                listener,
                new AdmissionLimiter(limits, System::nanoTime),
                proxies,
                rootPath);
        NettyServer.Encryption encryption = new NettyServer.Encryption(certificate, new AtomicReference<>(tls));
        NettyServer.Life life = new NettyServer.Life(started, health, drainDelay, closesOnShutdown);
        List<SocketAddress> listensOn = addresses.isEmpty() ? List.of(new InetSocketAddress(host, port)) : addresses;
        return NettyServer.start(
                service, life, encryption, new ServerSockets(listensOn, reusePort, sockets, eventLoopThreads));
    }

    private ScopeBuilder facts(ScopeBuilder scope) {
        return scope.jsonMapper(jsonMapper).with(ChannelLayers.KEY, layers).with(BlockingThreads.KEY, blockingThreads);
    }

    private Lifespan startApplication() {
        Application told = lifespan ? application : NO_PART;
        try {
            return Lifespan.start(told, facts(Scope.builder("lifespan")), lifespanTimeout)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ChannelsException why ? why : e;
        }
    }
}
