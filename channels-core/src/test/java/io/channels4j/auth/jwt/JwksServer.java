package io.channels4j.auth.jwt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A local HTTP server that publishes a key set. */
final class JwksServer implements AutoCloseable {

    private static final String HEAD =
            "HTTP/1.1 %d Test\r\ncontent-type: application/json\r\nlocation: /elsewhere\r\nconnection: close\r\n\r\n";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocket server;
    private final AtomicInteger requests = new AtomicInteger();

    volatile String jwks;
    volatile int status = 200;

    /** Requests wait for this before they are answered. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    /** Whether the body never ends. */
    volatile boolean endless;

    JwksServer(String jwks) {
        this.jwks = jwks;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        threads.execute(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket accepted) {
        try (Socket socket = accepted) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            requests.incrementAndGet();
            boolean opened = gate.await(30, TimeUnit.SECONDS);
            OutputStream out = socket.getOutputStream();
            out.write(HEAD.formatted(opened ? status : 500).getBytes(StandardCharsets.US_ASCII));
            do {
                out.write(jwks.getBytes(StandardCharsets.UTF_8));
            } while (endless);
            out.flush();
        } catch (IOException gone) {
            // the client has given up
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/jwks.json");
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        gate.countDown();
        endless = false;
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        threads.shutdownNow();
    }
}
