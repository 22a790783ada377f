package io.channels4j.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One address of the loopback interface that leads to a server which can change, like the endpoint of a managed service. Changing the
 * target affects new connections only. Thread-safe.
 */
public final class TcpForwarder implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean repliesDiscarded;

    private TcpForwarder(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Listens on a free port and forwards connections to the given port. */
    public static TcpForwarder to(int port) {
        try {
            TcpForwarder forwarder = new TcpForwarder(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            start(forwarder::accept);
            return forwarder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forwards new connections to another port. Open connections stay. */
    public void redirect(int port) {
        target = port;
    }

    /** Discards everything that servers send from now on, until {@link #cut()}. Clients still reach the servers. */
    public void discardReplies() {
        repliesDiscarded = true;
    }

    /** Closes all connections. New connections work in both directions. */
    public void cut() {
        closeConnections();
        repliesDiscarded = false;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the URL of a Redis server behind this address. */
    public String redisUrl() {
        return "redis://127.0.0.1:" + port();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(upstream);
                start(() -> copy(client, upstream, false));
                start(() -> copy(upstream, client, true));
            } catch (IOException closedOrRefused) {
                // a client without a target waits until it gives up
            }
        }
    }

    private void copy(Socket from, Socket to, boolean replies) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
                if (!replies || !repliesDiscarded) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException ended) {
            // both sockets are closed
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "tcp-forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeConnections();
    }

    private void closeConnections() {
        try {
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
