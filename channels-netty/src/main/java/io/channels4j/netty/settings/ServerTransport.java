package io.channels4j.netty.settings;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.uring.IoUring;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The I/O mechanism of a server's sockets. All except NIO require a Netty module with its native library on the class
 * path.
 */
public enum ServerTransport {

    /** epoll, on Linux: {@code io.netty:netty-transport-native-epoll}. */
    EPOLL,

    /** kqueue, on macOS and BSD: {@code io.netty:netty-transport-native-kqueue}. */
    KQUEUE,

    /** io_uring, on newer versions of Linux: {@code io.netty:netty-transport-native-io_uring}. */
    IO_URING,

    /** The selectors of the JDK, on all platforms. */
    NIO;

    /**
     * Returns whether a server can use this transport. Its module must be on the class path, and the system must
     * support it.
     *
     * @return true if the transport is available
     */
    public boolean isAvailable() {
        return cause() == null;
    }

    /**
     * Returns the reason why a server cannot use this transport.
     *
     * @return the cause; empty if the transport is {@linkplain #isAvailable() available}
     */
    public Optional<Throwable> unavailabilityCause() {
        return Optional.ofNullable(cause());
    }

    /** Returns the first available transport in the order of this enum. */
    static ServerTransport best() {
        for (ServerTransport transport : values()) {
            if (transport.isAvailable()) {
                return transport;
            }
        }
        return NIO;
    }

    private @Nullable Throwable cause() {
        try {
            return switch (this) {
                case EPOLL -> Epoll.unavailabilityCause();
                case KQUEUE -> KQueue.unavailabilityCause();
                case IO_URING -> IoUring.unavailabilityCause();
                case NIO -> null;
            };
        } catch (NoClassDefFoundError notOnTheClassPath) {
            return notOnTheClassPath;
        }
    }
}
