package io.channels4j.auth.jwt;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A local HTTP server that publishes a key set. */
final class JwksServer implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
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
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            boolean opened = gate.await(30, TimeUnit.SECONDS);
            byte[] body = jwks.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.getResponseHeaders().set("location", "/elsewhere");
            exchange.sendResponseHeaders(opened ? status : 500, 0);
            do {
                exchange.getResponseBody().write(body);
                exchange.getResponseBody().flush();
            } while (endless);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json");
    }

    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        gate.countDown();
        endless = false;
        server.stop(0);
        threads.shutdownNow();
    }
}
