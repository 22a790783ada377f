package io.channels4j.benchmarks.endtoend;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One event loop that opens connections to one or more servers. */
@SuppressWarnings("FutureReturnValueIgnored") // awaited by the callers that depend on the result
final class Client implements AutoCloseable {

    private static final int SOURCES = 16;
    private static final String OFFER =
            "sec-websocket-extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final boolean linux = Epoll.isAvailable();
    private final List<Integer> ports;
    private final Wire wire;
    private final @Nullable SslContext tls;
    private final @Nullable MessageInflation inflation;
    private int connections;

    Client(List<Integer> ports, Wire wire) {
        this.ports = List.copyOf(ports);
        this.wire = wire;
        tls = wire == Wire.TLS ? trustingAll() : null;
        inflation = wire == Wire.DEFLATE ? new MessageInflation() : null;
        group = new MultiThreadIoEventLoopGroup(1, linux ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loop = group.next();
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(linux ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000);
    }

    EventLoop loop() {
        return loop;
    }

    /** Connects. A failed attempt is reported to the listener as a closed connection. Must be called on the event loop. */
    void connect(String path, Socket.Listener listener) {
        connect(path, "", listener);
    }

    /** Connects with additional headers, each terminated by CRLF. Must be called on the event loop. */
    void connect(String path, String headers, Socket.Listener listener) {
        connect(bootstrap.clone(), path, headers, listener);
    }

    /** Connects with a receive buffer of the given size. Must be called on the event loop. */
    void connectSlowly(String path, int receiveBytes, Socket.Listener listener) {
        connect(bootstrap.clone().option(ChannelOption.SO_RCVBUF, receiveBytes), path, "", listener);
    }

    private void connect(Bootstrap with, String path, String headers, Socket.Listener listener) {
        Socket socket = new Socket(inflation, listener);
        int port = ports.get(connections % ports.size());
        ChannelFuture connecting = with.handler(handlers(path, headers, socket))
                .localAddress(source(), 0)
                .connect("127.0.0.1", port);
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                listener.closed(socket, String.valueOf(done.cause()));
            }
        });
    }

    private ChannelHandler handlers(String path, String headers, Socket socket) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (tls != null) {
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                }
                channel.pipeline().addLast(opening(path, headers, socket), socket);
            }
        };
    }

    private ChannelHandler opening(String path, String headers, Socket socket) {
        return switch (wire) {
            case PLAIN, TLS -> new Upgrade(path, headers, socket);
            case DEFLATE -> new Upgrade(path, headers + OFFER, socket);
            case HTTP2 -> new ExtendedConnect(path, headers, socket);
        };
    }

    private static SslContext trustingAll() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS is not available", e);
        }
    }

    /**
     * Returns a local address. On Linux, which routes 127.0.0.0/8 to loopback, the addresses rotate, so that the client does not
     * run out of ports.
     */
    private String source() {
        return linux ? "127.0.0." + (2 + connections++ % SOURCES) : "127.0.0.1";
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
        if (inflation != null) {
            inflation.close();
        }
    }
}
