package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.server.RedisProcess;
import io.channels4j.redis.server.RedisSentinels;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Faults while messages flow from one process to another, through a group and through a work queue. */
@Timeout(60)
class RedisChannelLayerFaultsTest {

    private static final Logger LOG = LoggerFactory.getLogger(RedisChannelLayerFaultsTest.class);
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Traffic between two processes, and what became of it. */
    private static final class Traffic implements AutoCloseable {

        private final RedisChannelLayer sender;
        private final RedisChannelLayer worker;
        private final Peer member;
        private final AtomicBoolean ending = new AtomicBoolean();
        private final Collection<Integer> worked = new ConcurrentLinkedQueue<>();
        private final Set<Integer> queued = ConcurrentHashMap.newKeySet();
        private final Set<Integer> told = new HashSet<>();
        private final Thread sending = new Thread(this::send, "traffic");
        private int number;

        Traffic(RedisHosts hosts) {
            RedisChannelLayer.Builder builder = RedisChannelLayer.builder(hosts)
                    .settings(LayerSettings.defaults().withCapacity(100_000))
                    .waitDuringOutage(16_000_000);
            sender = builder.build();
            worker = builder.build();
            member = member(worker, "room");
            work();
            sending.start();
        }

        private void work() {
            CompletionStage<Void> unused = worker.take("jobs").thenAccept(delivery -> {
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
                for (int i = 0; i < 20; i++) {
                    Message message = Message.of("n").with("i", number++);
                    jobs.add(sender.send("jobs", message));
                    news.add(sender.groupSend("room", message));
                }
                for (int i = 0; i < 20; i++) {
                    note(jobs.get(i), first + i, queued);
                    note(news.get(i), first + i, told);
                }
            }
        }

        private static void note(CompletionStage<Void> stage, int sent, Set<Integer> taken) {
            try {
                done(stage);
                taken.add(sent);
            } catch (RuntimeException outage) {
                LOG.debug("{} was not taken", sent);
            }
        }

        /** Returns how many messages were sent. */
        int flow(int atLeast) {
            int start = number;
            await().atMost(LONG).until(() -> number >= start + atLeast);
            return number;
        }

        void awaitUp() {
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> sender.health().state() == State.UP
                            && worker.health().state() == State.UP);
        }

        /** Ends the traffic and checks that queues lost nothing that Redis had taken. */
        void settle(String fault, long since) throws InterruptedException {
            settle(fault, since, false);
        }

        /** A replica may not have what its master has confirmed: then only what is sent after the fault is owed. */
        void settle(String fault, long since, boolean replicaMayLag) throws InterruptedException {
            awaitUp();
            long recovered = System.nanoTime();
            Set<Integer> confirmedBefore = new HashSet<>(queued);
            flow(100);
            ending.set(true);
            sending.join();
            Set<Integer> owed = new HashSet<>(queued);
            if (replicaMayLag) {
                owed.removeAll(confirmedBefore);
            }
            assertThat(owed).isNotEmpty();
            await().atMost(LONG).until(() -> new HashSet<>(worked).containsAll(owed));
            Set<Integer> lost = new HashSet<>(queued);
            lost.removeAll(worked);
            Set<Integer> heard = new HashSet<>();
            int news = 0;
            for (Message next = member.anything(); next != null; next = member.anything()) {
                if (next.has("i")) {
                    heard.add(next.getInt("i"));
                    news++;
                }
            }
            told.removeAll(heard);
            System.out.printf(
                    "%s: %d sent; queue: %d taken, %d delivered, %d lost, %d doubled; group: %d delivered, %d lost, %d doubled; up after %d ms%n",
                    fault,
                    number,
                    queued.size(),
                    worked.size(),
                    lost.size(),
                    worked.size() - new HashSet<>(worked).size(),
                    news,
                    told.size(),
                    news - heard.size(),
                    (recovered - since) / 1_000_000);
            assertThat(news).isEqualTo(heard.size());
        }

        @Override
        public void close() {
            ending.set(true);
            sender.close();
            worker.close();
        }
    }

    private static RedisHosts hosts(String url) {
        return RedisHosts.of(url).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    @Test
    void queuesLoseNothingWhenRedisIsKilledAndStartedAgain() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.startDurable();
                Traffic traffic = new Traffic(hosts(redis.url()))) {
            traffic.flow(200);
            long start = System.nanoTime();
            redis.kill();
            await().until(() -> traffic.sender.health().state() == State.DOWN);
            redis.restart();

            traffic.settle("Redis killed and started again", start);

            assertThat(traffic.told).isEmpty();
        }
    }

    @Test
    void queuesLoseNothingWhenConnectionsAreKilled() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                Traffic traffic = new Traffic(hosts(redis.url()))) {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                traffic.flow(200);
                redis.command("CLIENT", "KILL", "TYPE", "normal");
            }

            traffic.settle("connections killed 5 times", start);

            assertThat(traffic.told).isEmpty();
        }
    }

    @Test
    void nothingIsLostWhileRedisPauses() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                Traffic traffic = new Traffic(hosts(redis.url()))) {
            traffic.flow(200);
            long start = System.nanoTime();
            redis.command("CLIENT", "PAUSE", "5000");
            traffic.flow(200);

            traffic.settle("Redis paused for 5 s", start);

            assertThat(traffic.told).isEmpty();
            assertThat(traffic.queued).hasSize(traffic.number);
        }
    }

    @Test
    void trafficGoesOnWhenTheMasterIsKilled() throws InterruptedException {
        try (RedisSentinels sentinels = RedisSentinels.start();
                Traffic traffic = new Traffic(hosts(sentinels.url()))) {
            traffic.flow(200);
            await().until(() ->
                    sentinels.replica().command("INFO", "replication").contains("master_link_status:up"));
            long start = System.nanoTime();
            sentinels.master().kill();
            await().until(() -> traffic.sender.health().state() == State.DOWN);

            traffic.settle("master killed under Sentinel", start, true);
        }
    }

    @Test
    void churnOfMembersNeedsNoFurtherConnectionAndLeavesNoKey() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start()) {
            int before = connections(redis);
            try (Traffic traffic = new Traffic(hosts(redis.url()))) {
                traffic.flow(100);
                int open = connections(redis);
                Peer restless = Peer.of(traffic.worker);
                for (int i = 0; i < 50_000; i++) {
                    String group = "room" + i % 500;
                    traffic.worker.groupAdd(group, restless.channel());
                    CompletionStage<Void> left = traffic.worker.groupDiscard(group, restless.channel());
                    if (i % 1000 == 0) {
                        done(left);
                        assertThat(connections(redis)).isEqualTo(open);
                    }
                }
                assertThat(open - before).isEqualTo(5);

                traffic.settle("50,000 joined and left", System.nanoTime());
            }
            await().until(() -> redis.command("KEYS", "*:group:*").equals("[]"));
            await().until(() -> redis.command("KEYS", "*").matches("\\[(channels:\\{0}:queue:jobs)?]"));
            await().until(() -> connections(redis) == before);
        }
    }

    private static int connections(RedisProcess redis) {
        return (int) redis.command("CLIENT", "LIST").lines().count();
    }
}
