package io.channels4j.netty.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.util.List;

/** The sockets on which a server listens, in the order of the configured addresses. */
public record BoundSockets(List<BoundSocket> sockets) {

    /**
     * A socket on which a server listens.
     *
     * @param requested the address as it was configured
     * @param channel Netty's channel
     */
    public record BoundSocket(SocketAddress requested, io.netty.channel.Channel channel) {

        /** Returns the address, with the actual port. */
        public SocketAddress localAddress() {
            return requested instanceof InetSocketAddress ? channel.localAddress() : requested;
        }

        private void close() {
            channel.close().awaitUninterruptibly();
            if (requested instanceof UnixDomainSocketAddress unix) {
                try {
                    Files.deleteIfExists(unix.getPath());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    public List<SocketAddress> localAddresses() {
        return sockets.stream().map(BoundSocket::localAddress).toList();
    }

    /** Stops listening, and removes the files of Unix domain sockets. */
    public void close() {
        sockets.forEach(BoundSocket::close);
    }
}
