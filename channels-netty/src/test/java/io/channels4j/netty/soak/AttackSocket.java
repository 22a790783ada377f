package io.channels4j.netty.soak;

import io.channels4j.netty.RawClient;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection of an attack. It never blocks after the handshake, so a server that does not read cannot stop the attack. */
final class AttackSocket implements Closeable {

    /** A small buffer, so that the data accumulates in the server. */
    private static final int RECEIVE_BUFFER_BYTES = 4096;

    private static final int MAX_WAIT_MILLIS = 10_000;

    private final SocketChannel socket;
    private final ByteBuffer unread = ByteBuffer.allocate(64 * 1024);
    private final long openedNanos = System.nanoTime();
    private ByteBuffer unsent = ByteBuffer.allocate(0);
    private int turns;

    AttackSocket(InetSocketAddress server) throws IOException {
        socket = SocketChannel.open();
        try {
            socket.socket().setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
            socket.socket().connect(server, MAX_WAIT_MILLIS);
            socket.configureBlocking(false);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static AttackSocket webSocket(InetSocketAddress server, String path, String... headers) throws IOException {
        AttackSocket opened = new AttackSocket(server);
        try {
            opened.socket.configureBlocking(true);
            opened.socket.socket().setSoTimeout(MAX_WAIT_MILLIS);
            opened.socket.write(
                    ByteBuffer.wrap(RawClient.handshakeRequest(path, headers).getBytes(StandardCharsets.ISO_8859_1)));
            skipHead(opened.socket.socket().getInputStream());
            opened.socket.configureBlocking(false);
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private static void skipHead(InputStream in) throws IOException {
        for (int ends = 0; ends < 2; ) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the handshake was not answered");
            }
            if (next == '\n') {
                ends++;
            } else if (next != '\r') {
                ends = 0;
            }
        }
    }

    /**
     * Sends as many bytes as the socket accepts. The remaining bytes are sent first by the next call. Returns false if some
     * remain.
     */
    boolean offer(byte[] bytes) throws IOException {
        if (unsent.hasRemaining()) {
            socket.write(unsent);
            if (unsent.hasRemaining()) {
                return false;
            }
        }
        unsent = ByteBuffer.wrap(bytes);
        socket.write(unsent);
        return !unsent.hasRemaining();
    }

    AttackSocket send(String latin1) throws IOException {
        offer(latin1.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Reads and discards up to {@code maxBytes} bytes. Throws an EOFException if the server has closed the connection. */
    void read(int maxBytes) throws IOException {
        int rest = maxBytes;
        while (rest > 0) {
            unread.clear().limit(Math.min(rest, unread.capacity()));
            int read = socket.read(unread);
            if (read < 0) {
                throw new EOFException();
            }
            if (read == 0) {
                return;
            }
            rest -= read;
        }
    }

    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    /** Returns the number of earlier calls of this method. */
    int nextTurn() {
        return turns++;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
