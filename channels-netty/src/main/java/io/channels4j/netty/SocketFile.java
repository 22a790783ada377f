package io.channels4j.netty;

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

/** The file of a Unix domain socket, which outlives a server that was killed. */
final class SocketFile {

    private SocketFile() {}

    /**
     * Makes sure that no file is there: one of a socket where nobody listens is removed.
     *
     * @throws IOException when somebody listens there, or it is a file of another kind
     */
    static void clear(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean socket = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
        // epoll would take the path away from whoever listens there
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
