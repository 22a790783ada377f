package io.channels4j.netty.socket;

import io.channels4j.ChannelsException;
import io.channels4j.netty.outbound.OutboundQueue;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses on which a server will listen, and the transport that it uses.
 *
 * @param addresses the internet addresses and Unix domain socket addresses, at least one
 * @param reusePort whether other processes may listen on the same ports
 * @param transport the transport that serves the sockets
 * @param stall the time within which a peer must make progress
 */
public record ServerSockets(
        List<SocketAddress> addresses, boolean reusePort, SocketTransport transport, Duration stall) {

    private static final int BACKLOG = 4096;

    /**
     * Listens on all addresses.
     *
     * @throws ChannelsException if an address cannot be used. The server then listens on none of the addresses.
     */
    public BoundSockets bind(EventLoopGroup group, ChannelHandler initializer) {
        List<BoundSockets.BoundSocket> bound = new ArrayList<>();
        for (SocketAddress address : addresses) {
            Throwable failure = bind(address, bootstrap(address, group, initializer), bound);
            if (failure != null) {
                new BoundSockets(bound).close();
                throw cannotListen(address, failure);
            }
        }
        return new BoundSockets(List.copyOf(bound));
    }

    private @Nullable Throwable bind(
            SocketAddress address, ServerBootstrap bootstrap, List<BoundSockets.BoundSocket> bound) {
        if (address instanceof UnixDomainSocketAddress unix) {
            try {
                SocketFile.clear(unix);
            } catch (IOException e) {
                return e;
            }
        }
        ChannelFuture binding = bootstrap.bind(transport.address(address)).awaitUninterruptibly();
        if (binding.isSuccess()) {
            bound.add(new BoundSockets.BoundSocket(address, binding.channel()));
        }
        return binding.cause();
    }

    private ServerBootstrap bootstrap(SocketAddress address, EventLoopGroup group, ChannelHandler initializer) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(OutboundQueue.LOW_WATER_MARK, OutboundQueue.LOW_WATER_MARK))
                .childHandler(initializer);
        if (address instanceof UnixDomainSocketAddress) {
            return bootstrap.channel(transport.domainServerChannel());
        }
        bootstrap
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true);
        transport.limitBuffer(bootstrap, stall);
        return reusePort ? bootstrap.option(transport.reusePort(), true) : bootstrap;
    }

    private static ChannelsException cannotListen(SocketAddress address, Throwable cause) {
        boolean taken = cause instanceof IOException && !(cause instanceof UnknownHostException);
        String why = taken ? "is taken or not allowed (expected: %s)" : "cannot be used (expected: %s)";
        if (address instanceof InetSocketAddress internet) {
            if (internet.isUnresolved()) {
                return new ChannelsException(
                        "listen: host \"%s\" is unknown (expected: a name or address of this machine)"
                                .formatted(internet.getHostString()),
                        cause);
            }
            if (!isLocal(internet.getAddress())) {
                return new ChannelsException(
                        "listen: %s is not an address of this machine (expected: one of its own, or 0.0.0.0 for all)"
                                .formatted(internet.getHostString()),
                        cause);
            }
            return new ChannelsException(
                    "listen: port %d on %s ".formatted(internet.getPort(), internet.getHostString())
                            + why.formatted("a free port, or 0 for one that the system chooses"),
                    cause);
        }
        return new ChannelsException(
                "listen: socket %s ".formatted(address)
                        + why.formatted("a path without a listening server or another file"),
                cause);
    }

    private static boolean isLocal(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true; // unknown
        }
    }
}
