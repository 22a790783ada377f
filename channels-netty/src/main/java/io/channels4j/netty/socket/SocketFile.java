package io.channels4j.netty.socket;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The file of a Unix domain socket. A server that is killed leaves its file behind. */
final class SocketFile {

    private SocketFile() {}

    /**
     * Removes the file of a socket on which no server listens. Does nothing if there is no file.
     *
     * @throws IOException if a server is listening on the socket, or the file is not a socket
     */
    static void clear(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean socket = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
        // with epoll, binding would take over the path even from a server that is listening on it
        if (!socket || isServed(address)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Files.deleteIfExists(path);
    }

    private static boolean isServed(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return client.connect(address);
        } catch (ConnectException refused) {
            return false;
        }
    }
}
