package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends messages from one process to another over a layer with work queues, through a group and through a work queue. */
final class QueueTraffic implements AutoCloseable {

    static final String JOBS = "jobs";

    private static final Logger LOG = LoggerFactory.getLogger(QueueTraffic.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static final int BATCH = 20;
    private static final LayerSettings LARGE = LayerSettings.defaults().withCapacity(100_000);

    final ChannelLayer sender;
    final ChannelLayer worker;
    final FaultObserver observer = new FaultObserver();
    private final String name;
    private final Supplier<LayerHealth> senderHealth;
    private final Supplier<LayerHealth> workerHealth;
    private final String room;
    private final Peer member;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Collection<Integer> worked = new ConcurrentLinkedQueue<>();
    private final Set<Integer> queued = ConcurrentHashMap.newKeySet();
    private final Set<Integer> broadcast = ConcurrentHashMap.newKeySet();
    private final Thread sending = new Thread(this::send, "traffic");
    private volatile int number;

    QueueTraffic(RedisHosts hosts) {
        this(hosts, "room", builder -> builder);
    }

    QueueTraffic(RedisHosts hosts, String room, UnaryOperator<RedisChannelLayer.Builder> choices) {
        this.name = "queue";
        this.room = room;
        RedisChannelLayer.Builder builder = choices.apply(RedisChannelLayer.builder(hosts)
                .settings(LARGE)
                .listener(observer)
                .maxBytesDuringOutage(16_000_000));
        RedisChannelLayer one = builder.build();
        RedisChannelLayer other = builder.build();
        sender = one;
        worker = other;
        senderHealth = one::health;
        workerHealth = other::health;
        member = member(worker, room);
        work();
        sending.start();
    }

    private QueueTraffic(DjangoChannelLayer.Builder builder) {
        this.name = "Django";
        this.room = "room";
        DjangoChannelLayer one = builder.listener(observer).build();
        DjangoChannelLayer other = builder.build();
        sender = one;
        worker = other;
        senderHealth = one::health;
        workerHealth = other::health;
        member = member(worker, room);
        work();
        sending.start();
    }

    /** Sends over the layer that is compatible with Django's default layer. */
    static QueueTraffic django(RedisHosts hosts) {
        return new QueueTraffic(
                DjangoChannelLayer.builder(hosts).settings(LARGE).lease(Duration.ofSeconds(2), Duration.ofMillis(500)));
    }

    private void work() {
        CompletionStage<Void> unused = worker.take(JOBS).thenAccept(delivery -> {
            worked.add(delivery.message().getInt("i"));
            delivery.acknowledge();
            work();
        });
    }

    private void send() {
        while (!ending.get()) {
            List<CompletionStage<Void>> jobs = new ArrayList<>();
            List<CompletionStage<Void>> news = new ArrayList<>();
            int first = number;
            for (int i = 0; i < BATCH; i++) {
                Message message = Message.of("n").with("i", first + i);
                jobs.add(sender.send(JOBS, message));
                news.add(sender.groupSend(room, message));
            }
            number = first + BATCH;
            for (int i = 0; i < BATCH; i++) {
                awaitConfirmation(jobs.get(i), first + i, queued);
                awaitConfirmation(news.get(i), first + i, broadcast);
            }
        }
    }

    private static void awaitConfirmation(CompletionStage<Void> stage, int sent, Set<Integer> confirmed) {
        try {
            done(stage);
            confirmed.add(sent);
        } catch (RuntimeException outage) {
            LOG.debug("{} was not confirmed", sent, outage);
        }
    }

    /** Waits until this many more messages are confirmed. */
    void awaitConfirmed(int atLeast) {
        int start = queued.size();
        await().atMost(TIMEOUT).until(() -> queued.size() >= start + atLeast);
        if (start == 0) {
            observer.forgetStates();
        }
    }

    void awaitDown() {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> senderHealth.get().state() != State.UP);
    }

    private void awaitUp() {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> senderHealth.get().state() == State.UP
                        && workerHealth.get().state() == State.UP);
    }

    /** The reports on the messages that were sent through the queue and through the group. */
    record Outcome(FaultReport queue, FaultReport group) {}

    /** Waits until messages are confirmed again, stops the traffic, waits for outstanding messages, and writes reports. */
    Outcome settle(String fault, long since) throws InterruptedException {
        return settle(fault, since, false);
    }

    /**
     * Waits until messages are confirmed again, stops the traffic, waits for outstanding messages, and writes reports.
     *
     * @param replicaMayLag whether the new master may lack messages that the old master confirmed. If so, only messages sent after the
     *     fault are awaited
     */
    Outcome settle(String fault, long since, boolean replicaMayLag) throws InterruptedException {
        awaitUp();
        awaitConfirmed(1);
        long millis = (System.nanoTime() - since) / 1_000_000;
        Set<Integer> excluded = new HashSet<>(replicaMayLag ? queued : Set.of());
        awaitConfirmed(200);
        ending.set(true);
        sending.join();
        Set<Integer> notAwaited = excluded;
        Set<Integer> awaited = new HashSet<>(queued);
        awaited.removeAll(notAwaited);
        assertThat(awaited).isNotEmpty();
        await().atMost(TIMEOUT).until(() -> new HashSet<>(worked).containsAll(awaited));
        Outcome outcome = new Outcome(
                FaultReport.of(fault, name + ": work", number, queued, List.copyOf(worked), millis, reported()),
                FaultReport.of(fault, name + ": group", number, broadcast, receivedByMember(), millis, reported()));
        outcome.queue().print();
        outcome.group().print();
        return outcome;
    }

    private String reported() {
        return "%s, health: failed %d"
                .formatted(observer.summary(), senderHealth.get().failed());
    }

    private List<Integer> receivedByMember() {
        List<Integer> receivedByMember = new ArrayList<>();
        for (Message next = member.anything(); next != null; next = member.anything()) {
            if (next.has("i")) {
                receivedByMember.add(next.getInt("i"));
            }
        }
        return receivedByMember;
    }

    @Override
    public void close() {
        ending.set(true);
        sender.close();
        worker.close();
    }
}
