package io.channels4j.netty.soak;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Well-behaved HTTP/1.1 and HTTP/2 clients of asynchronous and blocking consumers. They check each response. */
final class HttpClients implements AutoCloseable {

    private static final int PAUSE_MILLIS = 50;
    private static final int BODY_BYTES = 10_000;
    private static final int MAX_VIOLATIONS = 20;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final Latencies latencies = new Latencies();
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);

    HttpClients(InetSocketAddress server) {
        String url = "http://127.0.0.1:" + server.getPort();
        byte[] body = new byte[BODY_BYTES];
        new Random(1).nextBytes(body);
        for (Version version : Version.values()) {
            for (String path : List.of("/page", "/blocking")) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                        .version(version)
                        .timeout(Duration.ofSeconds(20));
                repeat(request.copy().GET().build(), SoakConsumers.PAGE);
                repeat(request.copy().POST(BodyPublishers.ofByteArray(body)).build(), body);
            }
        }
    }

    private void repeat(HttpRequest request, byte[] expected) {
        threads.scheduleWithFixedDelay(() -> exchange(request, expected), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void exchange(HttpRequest request, byte[] expected) {
        long start = System.nanoTime();
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            latencies.add(System.nanoTime() - start);
            if (response.statusCode() != 200 || !Arrays.equals(response.body(), expected)) {
                violation("%s: status %d with %d bytes (expected: 200 with %d)"
                        .formatted(request, response.statusCode(), response.body().length, expected.length));
            }
        } catch (IOException e) {
            violation(request + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void violation(String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    /** Stops sending requests, and waits for the requests in progress. */
    void stop() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a request does not end");
        }
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    Latencies latencies() {
        return latencies;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
