package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.engine.CallbackWatch;
import io.channels4j.netty.connection.GuardedListener;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.EventLoopThread;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.settings.Settings;
import io.channels4j.server.Lifespan;
import io.channels4j.server.RunningServer;
import io.channels4j.server.ServerListener;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves an application to clients of HTTP/1.1, HTTP/2 and WebSocket (over both), with or without TLS.
 *
 * <p>The server does not own the application's layers: close them after it.
 *
 * <p><b>Threads.</b> Thread-safe. Each connection lives on one event loop, where its application is called.
 *
 * <p><b>Failure.</b> An application that fails is a bare status 500 or close code 1011 for its peer, and one line in the log of
 * {@code io.channels4j.netty} with the connection's id.
 *
 * <p><b>Access log.</b> One line for each request and two for each WebSocket, at level INFO of the logger {@code io.channels4j.access}.
 */
public final class NettyServer implements RunningServer {

    private static final Duration SHORTEST_TICK = Duration.ofMillis(5);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    private final ServerContext service;
    private final Life life;
    private @Nullable Thread shutdownHook;
    private final @Nullable ServerCertificate certificate;
    private final AtomicReference<@Nullable SslContext> tls;
    private final Machine machine;
    private final ServerSockets listening;
    private final List<io.netty.channel.Channel> listeners;
    private final List<SocketAddress> localAddresses;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private NettyServer(
            ServerContext service,
            Life life,
            Encryption encryption,
            Machine machine,
            ServerSockets listening,
            List<io.netty.channel.Channel> listeners) {
        this.service = service;
        this.life = life;
        this.certificate = encryption.certificate();
        this.tls = encryption.current();
        this.machine = machine;
        this.listening = listening;
        this.listeners = listeners;
        List<SocketAddress> local = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            SocketAddress asked = listening.addresses().get(i);
            local.add(asked instanceof InetSocketAddress ? listeners.get(i).localAddress() : asked);
        }
        this.localAddresses = List.copyOf(local);
    }

    /**
     * Returns a builder of a server.
     *
     * @param application what to serve
     * @return the builder, with the defaults that its methods name
     */
    public static NettyServerBuilder builder(Application application) {
        return new NettyServerBuilder(application);
    }

    /** What happens at the start and the end, besides listening. */
    record Life(Lifespan lifespan, Health health, Duration drainDelay, boolean closesOnShutdown) {}

    /** How connections are encrypted: where the certificate comes from, and what new connections use now. */
    record Encryption(@Nullable ServerCertificate certificate, AtomicReference<@Nullable SslContext> current) {}

    /** The threads of a server. */
    private record Machine(EventLoopGroup group, Map<EventLoop, EventLoopState> loops, StuckCallbackMonitor watchdog) {

        void stop() {
            watchdog.close();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    static NettyServer start(ServerContext service, Life life, Encryption encryption, ServerSockets listening) {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                listening.threads(),
                EventLoopThread.factory(),
                listening.transport().io());
        Map<EventLoop, EventLoopState> loops = loops(group, service);
        Machine machine = new Machine(group, loops, StuckCallbackMonitor.start(loops.values(), service.settings()));
        try {
            ConnectionInitializer acceptor = new ConnectionInitializer(service, loops, encryption.current());
            List<io.netty.channel.Channel> listeners = listening.bind(group, acceptor);
            NettyServer server = new NettyServer(service, life, encryption, machine, listening, listeners);
            server.began();
            return server;
        } catch (ChannelsException e) {
            machine.stop();
            life.lifespan().stop().toCompletableFuture().join();
            throw e;
        }
    }

    private static Map<EventLoop, EventLoopState> loops(EventLoopGroup group, ServerContext service) {
        ServerListener listener = service.listener();
        Map<EventLoop, EventLoopState> loops = new HashMap<>();
        for (EventExecutor executor : group) {
            CallbackWatch watch = new CallbackWatch(listener == GuardedListener.NONE ? null : listener::handled);
            Duration tick = tick(service.settings());
            EventLoop loop = (EventLoop) executor;
            loops.put(loop, new EventLoopState(loop, tick, service.settings().nanos(), watch));
        }
        return loops;
    }

    /** Often enough for the shortest time-out, and no more often than that needs. */
    private static Duration tick(Settings settings) {
        long nanos = Stream.of(
                        settings.outboundAge(),
                        settings.handshakeTimeout(),
                        settings.pingInterval(),
                        settings.pingTimeout(),
                        settings.closeTimeout(),
                        settings.idleTimeout(),
                        settings.stuckCallback())
                .filter(time -> !time.isZero())
                .mapToLong(time -> time.toNanos() / 8)
                .min()
                .orElse(Long.MAX_VALUE);
        return Duration.ofNanos(Math.max(SHORTEST_TICK.toNanos(), Math.min(LONGEST_TICK.toNanos(), nanos)));
    }

    /**
     * Returns where the server listens, with the port that the system chose.
     *
     * @return the first internet address
     * @throws ChannelsException when it listens on Unix domain sockets only
     */
    @Override
    public InetSocketAddress localAddress() {
        for (SocketAddress address : localAddresses) {
            if (address instanceof InetSocketAddress internet) {
                return internet;
            }
        }
        throw new ChannelsException("local address: %s (expected: an internet address)".formatted(localAddresses));
    }

    /**
     * Returns all addresses on which the server listens, in the order of the builder's.
     *
     * @return internet addresses, with the ports that the system chose, and those of Unix domain sockets
     */
    public List<SocketAddress> localAddresses() {
        return localAddresses;
    }

    /**
     * Returns the address of the server's root for clients on this machine.
     *
     * @return the URL, such as {@code http://127.0.0.1:8000}; with {@code https} where the server has a certificate
     */
    public URI url() {
        InetSocketAddress local = localAddress();
        InetAddress address = local.getAddress();
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create((tls.get() == null ? "http://" : "https://") + literal + ":" + local.getPort());
    }

    /**
     * Reads the certificate and its key again, such as after a renewal. New connections get them, the others go on with the old
     * ones.
     *
     * @throws ChannelsException when they cannot be read, or do not come from files; then the old ones stay in use
     */
    public void reloadCertificate() {
        if (certificate == null) {
            throw new ChannelsException(
                    "reload: the certificate does not come from files (expected: a server certificate)");
        }
        tls.set(certificate.load(service.settings().multiplexing().enabled()));
    }

    /**
     * Turns unready, waits for the drain delay, stops listening, ends all connections in order (WebSockets with code 1012, streams
     * of server-sent events behind the event that is under way, other HTTP after the response that is under way) and waits for their
     * applications, at most for the drain time-out; what is left then is cut. Many WebSockets and streams are ended one after the
     * other, spread over half of that time, so that their clients do not all come back at once. At last the application is told to
     * stop (lifespan). A second call waits for the first one. An interrupted thread stops waiting for order, not for the end.
     *
     * @throws ChannelsException on an event loop's thread, which must not wait
     */
    @Override
    public void close() {
        if (Thread.currentThread() instanceof NonBlocking) {
            throw new ChannelsException("close: thread %s must not wait"
                    .formatted(Thread.currentThread().getName()));
        }
        if (closing.compareAndSet(false, true)) {
            try {
                forgetShutdownHook();
                life.health().ready(false);
                ends(new CompletableFuture<>(), life.drainDelay());
                listening.close(listeners);
                endConnections();
            } finally {
                life.lifespan().stop().toCompletableFuture().join();
                machine.stop();
                closed.complete(null);
            }
        }
        closed.join();
    }

    private void began() {
        life.health().ready(true);
        if (life.closesOnShutdown()) {
            Thread hook = new Thread(this::close, "channels-netty-shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            shutdownHook = hook;
        }
    }

    private void forgetShutdownHook() {
        Thread hook = shutdownHook;
        if (hook != null && Thread.currentThread() != hook) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // the hook waits for this thread
            }
        }
    }

    private void endConnections() {
        Duration spread = service.settings().drainTimeout().dividedBy(2);
        CompletableFuture<?> drained = CompletableFuture.allOf(machine.loops().values().stream()
                .map(loop -> loop.drain(spread).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
        if (!ends(drained, service.settings().drainTimeout())) {
            int cut = machine.loops().values().stream()
                    .mapToInt(loop -> loop.cut().join())
                    .sum();
            if (cut > 0) {
                ServerLog.drainTimedOut(cut);
            }
            if (!ends(drained, service.settings().applicationCloseTimeout())) {
                ServerLog.applicationsLeft();
            }
        }
    }

    private static boolean ends(CompletableFuture<?> stage, Duration limit) {
        try {
            stage.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new AssertionError("never completes exceptionally", e);
        }
    }

    @Override
    public String toString() {
        return "NettyServer" + localAddresses;
    }
}
