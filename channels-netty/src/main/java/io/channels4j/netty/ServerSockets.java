package io.channels4j.netty;

import io.channels4j.ChannelsException;
import io.channels4j.netty.outbound.OutboundQueue;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a server listens.
 *
 * @param addresses internet addresses and paths of Unix domain sockets, at least one
 * @param reusePort whether other processes may listen on the same ports
 * @param transport how sockets are served
 * @param threads how many event loops there are
 */
record ServerSockets(List<SocketAddress> addresses, boolean reusePort, SocketTransport transport, int threads) {

    private static final int BACKLOG = 4096;

    /**
     * Listens on all addresses.
     *
     * @throws ChannelsException when one cannot be used; then none is
     */
    List<io.netty.channel.Channel> bind(EventLoopGroup group, ChannelHandler acceptor) {
        List<io.netty.channel.Channel> listeners = new ArrayList<>();
        for (SocketAddress address : addresses) {
            Throwable failure = bind(address, bootstrap(address, group, acceptor), listeners);
            if (failure != null) {
                close(listeners);
                throw cannotListen(address, failure);
            }
        }
        return listeners;
    }

    private @Nullable Throwable bind(
            SocketAddress address, ServerBootstrap bootstrap, List<io.netty.channel.Channel> listeners) {
        if (address instanceof UnixDomainSocketAddress unix) {
            try {
                SocketFile.clear(unix);
            } catch (IOException e) {
                return e;
            }
        }
        ChannelFuture bound = bootstrap.bind(transport.address(address)).awaitUninterruptibly();
        if (bound.isSuccess()) {
            listeners.add(bound.channel());
        }
        return bound.cause();
    }

    private ServerBootstrap bootstrap(SocketAddress address, EventLoopGroup group, ChannelHandler acceptor) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(OutboundQueue.LOW_WATER_MARK, OutboundQueue.LOW_WATER_MARK))
                .childHandler(acceptor);
        if (address instanceof UnixDomainSocketAddress) {
            return bootstrap.channel(transport.domainServerChannel());
        }
        bootstrap
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true);
        return reusePort ? bootstrap.option(transport.reusePort(), true) : bootstrap;
    }

    /** Stops listening, and removes the files of Unix domain sockets. */
    void close(List<io.netty.channel.Channel> listeners) {
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).close().awaitUninterruptibly();
            if (addresses.get(i) instanceof UnixDomainSocketAddress unix) {
                try {
                    Files.deleteIfExists(unix.getPath());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static ChannelsException cannotListen(SocketAddress address, Throwable cause) {
        boolean taken = cause instanceof IOException && !(cause instanceof UnknownHostException);
        String why = taken ? "is taken or not allowed (expected: %s)" : "cannot be used (expected: %s)";
        if (address instanceof InetSocketAddress internet) {
            return new ChannelsException(
                    "listen: port %d on %s ".formatted(internet.getPort(), internet.getHostString())
                            + why.formatted("a free port, or 0 for one that the system chooses"),
                    cause);
        }
        return new ChannelsException(
                "listen: socket %s ".formatted(address)
                        + why.formatted("a path where nobody listens and no other file is"),
                cause);
    }
}
