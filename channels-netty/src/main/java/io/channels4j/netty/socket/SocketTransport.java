package io.channels4j.netty.socket;

import io.channels4j.ChannelsException;
import io.channels4j.netty.settings.ServerTransport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
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
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Netty's classes for one {@link ServerTransport}.
 *
 * @param io the factory for the I/O handlers of the event loops
 * @param serverChannel the channel that listens on internet addresses
 * @param domainServerChannel the channel that listens on Unix domain sockets
 * @param reusePort the option that allows other processes to listen on the same port
 * @param notSentBytes the option that limits the unsent bytes in a socket's system buffer, or null if there is none
 * @param userTimeout the option for the time in milliseconds within which a peer must acknowledge bytes, or null if there is none
 */
public record SocketTransport(
        IoHandlerFactory io,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends ServerChannel> domainServerChannel,
        ChannelOption<Boolean> reusePort,
        @Nullable ChannelOption<Long> notSentBytes,
        @Nullable ChannelOption<Integer> userTimeout) {

    /**
     * The maximum number of unsent bytes in the system's buffer. It is high enough for a fast connection. At 64 kbit/s, sending
     * so many bytes takes 24 seconds, which is less than the default ping interval plus ping time-out.
     */
    private static final long MAX_NOT_SENT_BYTES = 192 * 1024;

    private static final Duration MIN_USER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_USER_TIMEOUT = Duration.ofDays(7);

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
                HalfClosableEpoll.newFactory(),
                EpollServerSocketChannel.class,
                EpollServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT,
                EpollChannelOption.TCP_NOTSENT_LOWAT,
                EpollChannelOption.TCP_USER_TIMEOUT);
    }

    private static SocketTransport kqueue() {
        return new SocketTransport(
                KQueueIoHandler.newFactory(),
                KQueueServerSocketChannel.class,
                KQueueServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT,
                null,
                null);
    }

    private static SocketTransport ioUring() {
        return new SocketTransport(
                IoUringIoHandler.newFactory(),
                IoUringServerSocketChannel.class,
                IoUringServerDomainSocketChannel.class,
                UnixChannelOption.SO_REUSEPORT,
                IoUringChannelOption.TCP_NOTSENT_LOWAT,
                IoUringChannelOption.TCP_USER_TIMEOUT);
    }

    private static SocketTransport nio() {
        return new SocketTransport(
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioServerDomainSocketChannel.class,
                NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT),
                null,
                null);
    }

    /**
     * Limits the bytes that the operating system buffers for a peer that does not read, and the time for which it waits for
     * acknowledgments, if the transport supports it. A larger buffer could hide that the peer makes no progress.
     *
     * @param stall the time within which a peer must make progress. The system waits twice as long for acknowledgments, but at
     *     least 10 seconds.
     */
    void limitBuffer(ServerBootstrap bootstrap, Duration stall) {
        if (notSentBytes != null) {
            bootstrap.childOption(notSentBytes, MAX_NOT_SENT_BYTES);
        }
        if (userTimeout != null) {
            long millis = stall.compareTo(MAX_USER_TIMEOUT) < 0 ? stall.toMillis() * 2 : MAX_USER_TIMEOUT.toMillis();
            bootstrap.childOption(userTimeout, (int) Math.max(MIN_USER_TIMEOUT.toMillis(), millis));
        }
    }

    /** Converts an address to the type that this transport requires. */
    SocketAddress address(SocketAddress any) {
        return any instanceof UnixDomainSocketAddress unix && serverChannel != NioServerSocketChannel.class
                ? new DomainSocketAddress(unix.getPath().toFile())
                : any;
    }
}
