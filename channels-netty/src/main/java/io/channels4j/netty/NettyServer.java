package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Configuration;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.ServerMemory;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.socket.BoundSockets;
import io.channels4j.netty.socket.ServerSockets;
import io.channels4j.server.RunningServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs an application for HTTP/1.1, HTTP/2 and WebSocket clients, with or without TLS.
 *
 * <p>The server closes the application's workers and channel layers only if they are passed to {@link #alsoClose}.
 *
 * <p><b>Threads.</b> Thread-safe. Each connection belongs to one event loop, on which its application is called.
 *
 * <p><b>Failure.</b> If an application fails before the response has begun, the client receives an error status without details
 * (500 by default). A partial response is aborted. An open WebSocket is closed with an error code (1011 by default). The failure
 * is logged with the connection's id to {@code io.channels4j.netty}.
 *
 * <p><b>Access log.</b> The logger {@code io.channels4j.access} receives one line per request that reached the application and
 * two per accepted WebSocket, at level INFO.
 */
public final class NettyServer implements RunningServer {

    private final ServerContext context;
    private final ServerLife life;
    private final ReloadableTls tls;
    private final ServerThreads threads;
    private final BoundSockets sockets;
    private final List<SocketAddress> localAddresses;
    private @Nullable Thread shutdownHook;
    private final List<AutoCloseable> closedLast = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private NettyServer(
            ServerContext context, ServerLife life, ReloadableTls tls, ServerThreads threads, BoundSockets sockets) {
        this.context = context;
        this.life = life;
        this.tls = tls;
        this.threads = threads;
        this.sockets = sockets;
        this.localAddresses = sockets.localAddresses();
    }

    /**
     * Returns a builder for a server.
     *
     * @param application the application to serve
     * @return a new builder
     */
    public static NettyServerBuilder builder(Application application) {
        return new NettyServerBuilder(application);
    }

    /**
     * Returns a builder for a server with the settings whose names start with {@code channels.server.}. Later calls on the builder
     * replace them.
     *
     * @param application the application to serve
     * @param configuration the settings; the configuration page of the manual lists their names
     * @return a new builder
     * @throws IllegalArgumentException if a value or a name is invalid. The message names the setting, the value, its origin and what
     *     was expected
     */
    public static NettyServerBuilder builder(Application application, Configuration configuration) {
        return ServerConfiguration.apply(configuration, new NettyServerBuilder(application));
    }

    static NettyServer start(
            ServerContext context, ServerLife life, ReloadableTls tls, ServerSockets sockets, int eventLoopThreads) {
        ServerThreads threads = ServerThreads.start(context, sockets.transport().io(), eventLoopThreads);
        try {
            BoundSockets bound = sockets.bind(threads.group(), new ConnectionInitializer(context, threads, tls));
            NettyServer server = new NettyServer(context, life, tls, threads, bound);
            server.started();
            return server;
        } catch (ChannelsException e) {
            threads.stop();
            life.stop();
            throw e;
        }
    }

    /** Returns the server's memory budgets. */
    ServerMemory memory() {
        return threads.memory();
    }

    private void started() {
        life.ready(true);
        if (context.timeouts().drainOnShutdown()) {
            Thread hook = new Thread(this::close, "channels-netty-shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            shutdownHook = hook;
        }
    }

    /**
     * Returns the first internet address on which the server listens, with its actual port.
     *
     * @return the address
     * @throws ChannelsException if the server listens only on Unix domain sockets
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
     * Returns all addresses on which the server listens, in the order in which they were configured.
     *
     * @return the internet addresses, with their actual ports, and the Unix domain socket addresses
     */
    public List<SocketAddress> localAddresses() {
        return localAddresses;
    }

    /**
     * Returns the server's base URL for clients on this machine.
     *
     * @return the URL, such as {@code http://127.0.0.1:8000}; with {@code https} if the server uses TLS
     */
    public URI url() {
        InetSocketAddress local = localAddress();
        InetAddress address = local.getAddress();
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create((tls.current() == null ? "http://" : "https://") + literal + ":" + local.getPort());
    }

    /**
     * Reloads the certificate and its key, for example after a renewal. New connections use the new certificate.
     * Existing connections keep the old one.
     *
     * @throws ChannelsException if the files cannot be read, or if the certificate was not loaded from files. The
     *     current certificate then stays in use.
     */
    public void reloadCertificate() {
        tls.reload();
    }

    /**
     * Shuts the server down gracefully, and waits until it has stopped:
     *
     * <ol>
     *   <li>The {@linkplain Health health} becomes unready. The server waits for the {@linkplain ServerTimeouts#drainDelay()
     *       drain delay}.
     *   <li>The server stops listening.
     *   <li>All connections are ended gracefully: WebSockets with code 1012, streams of server-sent events after the
     * current event, and other HTTP connections after the current response. If there are many WebSockets and event streams, they
     * are closed gradually, over half of the {@linkplain ServerTimeouts#drain() drain time-out}. Their clients therefore do not
     * all reconnect at the same time. Connections that are still open after the time-out are closed immediately.
     *   <li>The application is notified of the shutdown (lifespan).
     * <li>The resources that were passed to {@link #alsoClose} are closed. Unless they exceed a time-out, all {@code
     * disconnect} callbacks have completed by then. A channel layer is therefore open while they run.
     * </ol>
     *
     * <p>A second call waits for the first one. If the first call is interrupted, it closes all connections immediately.
     *
     * @throws ChannelsException if called on an event-loop thread, which must not block
     */
    @Override
    public void close() {
        if (Thread.currentThread() instanceof NonBlocking) {
            throw new ChannelsException("close: thread %s must not wait"
                    .formatted(Thread.currentThread().getName()));
        }
        if (closing.compareAndSet(false, true)) {
            try {
                removeShutdownHook();
                life.ready(false);
                await(new CompletableFuture<>(), context.timeouts().drainDelay());
                sockets.close();
                endConnections();
            } finally {
                life.stop();
                closeResources();
                threads.stop();
                closed.complete(null);
            }
        }
        closed.join();
    }

    /**
     * Adds resources that the server closes when its connections have ended, in the given order. Pass workers before the channel
     * layers that they use. A failure is logged, and the next resource is closed. The resources are also closed if the server
     * closes because the JVM shuts down.
     *
     * @param resources the resources
     * @return this server
     */
    public NettyServer alsoClose(AutoCloseable... resources) {
        closedLast.addAll(List.of(resources));
        return this;
    }

    private void closeResources() {
        for (AutoCloseable resource : closedLast) {
            try {
                resource.close();
            } catch (Exception e) {
                ServerLog.closeFailed(resource, e);
            }
        }
    }

    private void removeShutdownHook() {
        Thread hook = shutdownHook;
        if (hook != null && Thread.currentThread() != hook) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // The JVM is shutting down, so the hook cannot be removed. Its call to close waits for this one.
            }
        }
    }

    private void endConnections() {
        ServerTimeouts timeouts = context.timeouts();
        CompletableFuture<Void> drained = threads.drain(timeouts.drain().dividedBy(2));
        if (!await(drained, timeouts.drain())) {
            int cut = threads.cut();
            if (cut > 0) {
                ServerLog.drainTimedOut(cut);
            }
            if (!await(drained, timeouts.applicationClose())) {
                ServerLog.applicationsLeft();
            }
        }
    }

    /** Waits for a stage. Returns false on a time-out or an interrupt. */
    private static boolean await(CompletableFuture<Void> stage, Duration limit) {
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
