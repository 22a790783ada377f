package io.channels4j.benchmarks.jmh;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Many WebSocket clients that each receive one short message at a time. Reading allocates nothing, so the server allocates all
 * memory that the process allocates.
 */
final class Members implements AutoCloseable {

    private static final int HEADER_BYTES = 2;

    /** The longest payload whose length fits into the second byte of a frame (RFC 6455 section 5.2). */
    private static final int LONGEST = 125;

    private static final byte TEXT_FRAME = (byte) 0x81;

    private final SocketChannel[] sockets;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(HEADER_BYTES + LONGEST);

    Members(SocketChannel[] sockets) {
        this.sockets = sockets.clone();
    }

    /** Opens the WebSockets one after the other. */
    static Members connect(SocketAddress server, String path, int number) throws IOException {
        byte[] request = ("GET " + path
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        SocketChannel[] sockets = new SocketChannel[number];
        for (int i = 0; i < number; i++) {
            sockets[i] = SocketChannel.open(server);
            sockets[i].write(ByteBuffer.wrap(request));
            requireAccepted(sockets[i]);
        }
        return new Members(sockets);
    }

    private static void requireAccepted(SocketChannel socket) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        String answer = "";
        while (!answer.endsWith("\r\n\r\n")) {
            if (socket.read(bytes) < 0) {
                throw new EOFException("handshake: the server closed the connection after: " + answer);
            }
            answer = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        }
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IllegalStateException("handshake: %s (expected: status 101)".formatted(answer.strip()));
        }
    }

    /**
     * Waits until each member has received its message, and returns the number of bytes that all members received. The last
     * member is read first, so that a server that writes in the order of joining wakes this thread only once.
     */
    long read() throws IOException {
        long bytes = 0;
        for (int i = sockets.length - 1; i >= 0; i--) {
            bytes += readFrame(sockets[i]);
        }
        return bytes;
    }

    private int readFrame(SocketChannel socket) throws IOException {
        buffer.clear();
        while (buffer.position() < HEADER_BYTES || buffer.position() < HEADER_BYTES + buffer.get(1)) {
            if (socket.read(buffer) < 0) {
                throw new EOFException("member: the server closed the connection");
            }
        }
        if (buffer.get(0) != TEXT_FRAME || buffer.position() != HEADER_BYTES + buffer.get(1)) {
            throw new IllegalStateException("member: received something other than one short text message");
        }
        return buffer.position();
    }

    @Override
    public void close() {
        for (SocketChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
