package io.channels4j.netty;

import io.channels4j.ChannelsException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.uring.IoUring;
import org.jspecify.annotations.Nullable;

/**
 * What a server waits for its sockets with. All but NIO need a module of Netty on the class path, with its native part for the system.
 */
public enum ServerTransport {

    /** epoll, of Linux: {@code io.netty:netty-transport-native-epoll}. */
    EPOLL,

    /** kqueue, of macOS and BSD: {@code io.netty:netty-transport-native-kqueue}. */
    KQUEUE,

    /** io_uring, of newer Linux: {@code io.netty:netty-transport-native-io_uring}. */
    IO_URING,

    /** The JDK's own, everywhere. */
    NIO;

    /**
     * Tells whether this works here: its module is on the class path and the system has it.
     *
     * @return whether a server can use it
     */
    public boolean isAvailable() {
        return unavailability() == null;
    }

    /** Returns the first one that works here, in the order of this enum. */
    static ServerTransport best() {
        for (ServerTransport transport : values()) {
            if (transport.isAvailable()) {
                return transport;
            }
        }
        return NIO;
    }

    SocketTransport sockets() {
        Throwable reason = unavailability();
        if (reason != null) {
            throw new ChannelsException(
                    "transport: %s does not work here (expected: its module on the class path and a system that has it)"
                            .formatted(this),
                    reason);
        }
        return switch (this) {
            case EPOLL -> SocketTransport.epoll();
            case KQUEUE -> SocketTransport.kqueue();
            case IO_URING -> SocketTransport.ioUring();
            case NIO -> SocketTransport.nio();
        };
    }

    private @Nullable Throwable unavailability() {
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
