package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends messages from one process to another over the pub/sub layer, about a thousand per second. */
final class PubSubTraffic implements AutoCloseable {

    static final String ROOM = "room";

    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final int MESSAGES_AFTER_FAULT = 200;

    final RedisPubSubChannelLayer from;
    final RedisPubSubChannelLayer to;
    final FaultObserver observer = new FaultObserver();
    private final Subscription member;
    private final List<Integer> delivered = new CopyOnWriteArrayList<>();
    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger gaps = new AtomicInteger();
    private final Thread sender = new Thread(this::send, "traffic");
    private volatile boolean stopped;

    PubSubTraffic(String url) {
        RedisHosts quick = RedisHosts.of(url).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(500));
        from = RedisPubSubChannelLayer.builder(quick).listener(observer).build();
        to = RedisPubSubChannelLayer.builder(quick).listener(observer).build();
        member = to.subscribe(Runnable::run, this::take);
        PubSubRules.done(to.groupAdd(ROOM, member.channel()));
        sender.start();
    }

    private void take(Message message) {
        member.consumed();
        if (message.type().equals(ChannelLayer.GAP)) {
            gaps.incrementAndGet();
        } else if (message.has("i")) {
            delivered.add(message.getInt("i"));
        }
    }

    private void send() {
        while (!stopped) {
            int number = sent.getAndIncrement();
            try {
                PubSubRules.done(from.groupSend(ROOM, Message.of("n").with("i", number)));
                confirmed.add(number);
            } catch (CompletionException unavailable) {
                assertThat(unavailable).hasMessageContaining("Redis");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void awaitMore() {
        int before = delivered.size();
        await().atMost(TIMEOUT).until(() -> delivered.size() >= before + MESSAGES_AFTER_FAULT);
    }

    /**
     * Causes a fault under load and waits until messages arrive again. Verifies that losses were reported as a gap, and writes a report.
     */
    FaultReport suffer(String name, Runnable fault) throws InterruptedException {
        awaitMore();
        observer.forgetStates();
        long start = System.nanoTime();
        fault.run();
        await().atMost(TIMEOUT)
                .until(() -> from.health().state() == State.UP && to.health().state() == State.UP);
        int last = sent.get();
        await().atMost(TIMEOUT).until(() -> delivered.get(delivered.size() - 1) >= last);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        awaitMore();
        stop();

        FaultReport report = FaultReport.of(name, "pub/sub", sent.get(), confirmed, delivered, millis, reported());
        report.print();
        assertThat(report.lost() == 0 || gaps.get() > 0)
                .as("losses are reported as a gap")
                .isTrue();
        assertThat(report.duplicated()).isZero();
        assertThat(report.late()).isZero();
        return report;
    }

    private String reported() {
        return "%s, health: failed %d, missing %d"
                .formatted(
                        observer.summary(), from.health().failed(), to.health().missing());
    }

    private void stop() throws InterruptedException {
        stopped = true;
        sender.join();
        await().until(() -> delivered.get(delivered.size() - 1) == sent.get() - 1);
    }

    @Override
    public void close() {
        stopped = true;
        from.close();
        to.close();
    }
}
