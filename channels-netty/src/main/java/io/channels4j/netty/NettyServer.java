package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.netty.connection.Loop;
import io.channels4j.netty.connection.Outbound;
import io.channels4j.netty.connection.ServerLog;
import io.channels4j.netty.connection.Service;
import io.channels4j.netty.connection.Settings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Serves an application to HTTP/1.1 and WebSocket clients.
 *
 * <p>The server does not own the application's layers: close them after it.
 *
 * <p><b>Threads.</b> Thread-safe. Each connection lives on one event loop, where its application is called.
 *
 * <p><b>Failure.</b> An application that fails is a bare status 500 or close code 1011 for its peer, and one line in the log of
 * {@code io.channels4j.netty} with the connection's id.
 */
public final class NettyServer implements AutoCloseable {

    private static final int BACKLOG = 4096;
    private static final Duration SHORTEST_TICK = Duration.ofMillis(5);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    private final Service service;
    private final EventLoopGroup group;
    private final Map<EventLoop, Loop> loops;
    private final io.netty.channel.Channel listener;
    private final InetSocketAddress localAddress;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private NettyServer(
            Service service, EventLoopGroup group, Map<EventLoop, Loop> loops, io.netty.channel.Channel listener) {
        this.service = service;
        this.group = group;
        this.loops = loops;
        this.listener = listener;
        this.localAddress = (InetSocketAddress) listener.localAddress();
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

    static NettyServer start(Service service, String host, int port, int threads) {
        Transport transport = Transport.best();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads, EventLoopThread.factory(), transport.io());
        Map<EventLoop, Loop> loops = new HashMap<>();
        for (EventExecutor executor : group) {
            loops.put((EventLoop) executor, new Loop((EventLoop) executor, tick(service.settings())));
        }
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(Outbound.LOW_MARK, Outbound.LOW_MARK))
                .childHandler(new Acceptor(service, loops))
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw cannotListen(host, port, bound.cause());
        }
        return new NettyServer(service, group, loops, bound.channel());
    }

    private static ChannelsException cannotListen(String host, int port, Throwable cause) {
        String why = cause instanceof IOException && !(cause instanceof UnknownHostException)
                ? "is taken or not allowed (expected: a free port, or 0 for one that the system chooses)"
                : "cannot be used";
        return new ChannelsException("listen: port %d on %s %s".formatted(port, host, why), cause);
    }

    /** Often enough for the shortest time-out, and no more often than that needs. */
    private static Duration tick(Settings settings) {
        long nanos = Stream.of(
                        settings.outboundAge(),
                        settings.handshakeTimeout(),
                        settings.pingInterval(),
                        settings.pingTimeout(),
                        settings.closeTimeout(),
                        settings.idleTimeout())
                .filter(time -> !time.isZero())
                .mapToLong(time -> time.toNanos() / 8)
                .min()
                .orElse(Long.MAX_VALUE);
        return Duration.ofNanos(Math.max(SHORTEST_TICK.toNanos(), Math.min(LONGEST_TICK.toNanos(), nanos)));
    }

    /**
     * Returns where the server listens, with the port that the system chose.
     *
     * @return the address
     */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Returns the address of the server's root for clients on this machine.
     *
     * @return the URL, such as {@code http://127.0.0.1:8000}
     */
    public URI url() {
        InetAddress address = localAddress.getAddress();
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + literal + ":" + localAddress.getPort());
    }

    /**
     * Stops listening, ends all connections in order (WebSockets with code 1012, HTTP after the response that is under way) and
     * waits for their applications, at most for the drain time-out; what is left then is cut. A second call waits for the
     * first one. An interrupted thread stops waiting for order, not for the end.
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
                listener.close().awaitUninterruptibly();
                endConnections();
            } finally {
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
                closed.complete(null);
            }
        }
        closed.join();
    }

    private void endConnections() {
        CompletableFuture<?> drained = CompletableFuture.allOf(loops.values().stream()
                .map(loop -> loop.drain().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
        if (!ends(drained, service.settings().drainTimeout())) {
            int cut =
                    loops.values().stream().mapToInt(loop -> loop.cut().join()).sum();
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
        return "NettyServer[" + localAddress + "]";
    }
}
