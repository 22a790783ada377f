package io.channels4j.netty;

import io.channels4j.ChannelsException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.uring.IoUring;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server waits for its sockets with. All but NIO need a module of Netty on the class path, with its native part for the system.
 */
public enum ServerTransport {

    /** epoll, of Linux: {@code io.netty:netty-transport-native-epoll}. */
    EPOLL(Transport::epoll, ServerTransport::epollFailure),

    /** kqueue, of macOS and BSD: {@code io.netty:netty-transport-native-kqueue}. */
    KQUEUE(Transport::kqueue, ServerTransport::kqueueFailure),

    /** io_uring, of newer Linux: {@code io.netty:netty-transport-native-io_uring}. */
    IO_URING(Transport::ioUring, ServerTransport::ioUringFailure),

    /** The JDK's own, everywhere. */
    NIO(Transport::nio, () -> null);

    private final Supplier<Transport> sockets;
    private final Supplier<@Nullable Throwable> failure;

    ServerTransport(Supplier<Transport> sockets, Supplier<@Nullable Throwable> failure) {
        this.sockets = sockets;
        this.failure = failure;
    }

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

    Transport sockets() {
        Throwable reason = unavailability();
        if (reason != null) {
            throw new ChannelsException(
                    "transport: %s does not work here (expected: its module on the class path and a system that has it)"
                            .formatted(this),
                    reason);
        }
        return sockets.get();
    }

    private @Nullable Throwable unavailability() {
        try {
            return failure.get();
        } catch (NoClassDefFoundError notOnTheClassPath) {
            return notOnTheClassPath;
        }
    }

    private static @Nullable Throwable epollFailure() {
        return Epoll.unavailabilityCause();
    }

    private static @Nullable Throwable kqueueFailure() {
        return KQueue.unavailabilityCause();
    }

    private static @Nullable Throwable ioUringFailure() {
        return IoUring.unavailabilityCause();
    }
}
