package io.channels4j.netty.socket;

import io.channels4j.ChannelsException;
import io.channels4j.netty.settings.ServerTransport;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;

/**
 * Netty's classes for one {@link ServerTransport}.
 *
 * @param io creates the handlers that wait for sockets
 * @param serverChannel the channel that listens on internet addresses
 * @param domainServerChannel the channel that listens on Unix domain sockets
 * @param reusePort the option that allows other processes to listen on the same port
 */
public record SocketTransport(
        IoHandlerFactory io,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends ServerChannel> domainServerChannel,
        ChannelOption<Boolean> reusePort) {

    /**
     * Returns the classes for a transport.
     *
     * @throws ChannelsException if the transport is not available
     */
    public static SocketTransport of(ServerTransport transport) {
        transport.unavailabilityCause().ifPresent(cause -> {
            throw new ChannelsException(
                    "transport: %s is not available (expected: its module on the class path, and a system that supports it)"
                            .formatted(transport),
                    cause);
        });
        return switch (transport) {
            case EPOLL -> epoll();
            case KQUEUE -> kqueue();
            case IO_URING -> ioUring();
            case NIO -> nio();
        };
    }

    private static SocketTransport epoll() {
        return new SocketTransport(
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    private static SocketTransport kqueue() {
        return new SocketTransport(
                KQueueIoHandler.newFactory(),
                KQueueServerSocketChannel.class,
                KQueueServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    private static SocketTransport ioUring() {
        return new SocketTransport(
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel.class,
                IoUringServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    private static SocketTransport nio() {
        return new SocketTransport(
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioServerDomainSocketChannel.class,
                NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT));
    }

    /** Converts an address to the type that this transport expects. */
    SocketAddress address(SocketAddress any) {
        return any instanceof UnixDomainSocketAddress unix && serverChannel != NioServerSocketChannel.class
                ? new DomainSocketAddress(unix.getPath().toFile())
                : any;
    }
}
