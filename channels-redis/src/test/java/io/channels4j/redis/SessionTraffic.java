package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Creates sessions in one process, about a thousand per second, and reads them in another one. */
final class SessionTraffic implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int SESSIONS = 200;

    private final RedisSessionStore writer;
    private final RedisSessionStore reader;
    private final Map<Integer, String> confirmed = new ConcurrentHashMap<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Thread writing = new Thread(this::write, "session-traffic");
    private int failedBeforeFault;
    private volatile boolean stopped;

    SessionTraffic(String url) {
        RedisHosts hosts = RedisHosts.of(url).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(500));
        writer = RedisSessionStore.builder(hosts).build();
        reader = RedisSessionStore.builder(hosts).build();
        writing.start();
    }

    private void write() {
        while (!stopped) {
            int number = sent.getAndIncrement();
            try {
                confirmed.put(number, done(writer.create(data(number), LIFETIME)));
            } catch (RuntimeException unavailable) {
                failed.incrementAndGet();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static byte[] data(int number) {
        return String.valueOf(number).getBytes(StandardCharsets.UTF_8);
    }

    /** Waits until a session could not be created since the fault began. */
    void awaitFailure() {
        await().atMost(TIMEOUT).until(() -> failed.get() > failedBeforeFault);
    }

    private void awaitMore() {
        int before = confirmed.size();
        await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(10)).until(() -> confirmed.size() >= before + SESSIONS);
    }

    private Optional<Integer> load(String token) {
        return done(reader.load(token)).map(data -> Integer.valueOf(new String(data, StandardCharsets.UTF_8)));
    }

    /** Causes a fault under load, waits until sessions are created and read again, and writes a report. */
    FaultReport suffer(String name, Runnable fault) throws InterruptedException {
        awaitMore();
        failedBeforeFault = failed.get();
        long start = System.nanoTime();
        fault.run();
        int first = sent.get();
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptions()
                .until(() -> confirmed.keySet().stream().anyMatch(number -> number >= first)
                        && load(confirmed.values().iterator().next()).isPresent());
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        awaitMore();
        stopped = true;
        writing.join();
        List<Integer> found = new ArrayList<>();
        confirmed.keySet().stream()
                .sorted()
                .forEach(number ->
                        load(confirmed.get(number)).filter(number::equals).ifPresent(found::add));
        FaultReport report = FaultReport.of(
                name, "sessions", sent.get(), confirmed.keySet(), found, millis, "failed calls " + failed.get());
        report.print();
        return report;
    }

    @Override
    public void close() {
        stopped = true;
        writer.close();
        reader.close();
    }
}
