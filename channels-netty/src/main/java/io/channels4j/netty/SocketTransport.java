package io.channels4j.netty;

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
 * How sockets are served.
 *
 * @param io makes what waits for sockets
 * @param serverChannel what listens on internet addresses
 * @param domainServerChannel what listens on Unix domain sockets
 * @param reusePort lets other processes listen on the same port
 */
record SocketTransport(
        IoHandlerFactory io,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends ServerChannel> domainServerChannel,
        ChannelOption<Boolean> reusePort) {

    static SocketTransport epoll() {
        return new SocketTransport(
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    static SocketTransport kqueue() {
        return new SocketTransport(
                KQueueIoHandler.newFactory(),
                KQueueServerSocketChannel.class,
                KQueueServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    static SocketTransport ioUring() {
        return new SocketTransport(
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel.class,
                IoUringServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT);
    }

    static SocketTransport nio() {
        return new SocketTransport(
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioServerDomainSocketChannel.class,
                NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT));
    }

    /** Returns an address as this transport wants it. */
    SocketAddress address(SocketAddress any) {
        return any instanceof UnixDomainSocketAddress unix && serverChannel != NioServerSocketChannel.class
                ? new DomainSocketAddress(unix.getPath().toFile())
                : any;
    }
}
