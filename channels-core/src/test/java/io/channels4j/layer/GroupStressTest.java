package io.channels4j.layer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.fixture.Racers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs a million sends, joins and leaves from eight threads on the groups of one layer. */
@Timeout(60)
class GroupStressTest {

    private static final int SENDERS = 8;
    private static final int OPERATIONS = 125_000;

    private final List<ExecutorService> loops = List.of(
            Executors.newSingleThreadExecutor(),
            Executors.newSingleThreadExecutor(),
            Executors.newSingleThreadExecutor());
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(Integer.MAX_VALUE));
    private final AtomicReference<String> failure = new AtomicReference<>();

    private record Numbered(int sender, int number) {}

    /** Checks that each sender's message numbers increase and that a permanent member misses no message. */
    private final class Listener implements Subscriber {

        private final int[] next = new int[SENDERS];
        private final boolean permanent;
        private final Subscription subscription;
        private final AtomicInteger received = new AtomicInteger();

        Listener(int number, boolean permanent) {
            this.permanent = permanent;
            this.subscription = layer.subscribe(loops.get(number % loops.size()), this);
        }

        @Override
        public void message(Message message) {
            Numbered numbered = message.as(Numbered.class);
            int expected = next[numbered.sender()];
            if (numbered.number() < expected || permanent && numbered.number() > expected) {
                failure.compareAndSet(null, "%s after %d".formatted(numbered, expected - 1));
            }
            next[numbered.sender()] = numbered.number() + 1;
            received.incrementAndGet();
            subscription.consumed();
        }
    }

    @AfterEach
    void close() {
        loops.forEach(ExecutorService::shutdownNow);
        layer.close();
    }

    @Test
    void losesDuplicatesAndReordersNothingWhileMembersChange() throws Exception {
        List<Listener> staying = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Listener listener = new Listener(i, true);
            layer.groupAdd("room", listener.subscription.channel());
            staying.add(listener);
        }
        int[] sent = new int[SENDERS];

        try (Racers racers = Racers.create()) {
            racers.race(SENDERS, (sender, random) -> sent[sender] = sendAndChurn(sender, random));

            int total = 0;
            for (int count : sent) {
                total += count;
            }
            for (Listener listener : staying) {
                int all = total;
                await().alias(racers.toString()).atMost(30, SECONDS).until(() -> listener.received.get() == all);
                assertThat(listener.next).as(racers.toString()).isEqualTo(sent);
            }
            assertThat(failure).as(racers.toString()).hasNullValue();
            assertThat(layer.dropped()).as(racers.toString()).isZero();
            assertThat(layer.groupSize("room")).as(racers.toString()).isEqualTo(3);
        }
    }

    /** Sends to the room while a visitor joins, leaves and is sometimes replaced. Returns the number of messages sent. */
    private int sendAndChurn(int sender, Random random) {
        int sent = 0;
        Listener visitor = new Listener(sender, false);
        for (int i = 0; i < OPERATIONS; i++) {
            int choice = random.nextInt(100);
            if (choice < 70) {
                Message message = Message.of("m", new Numbered(sender, sent++));
                layer.groupSend("room", message).toCompletableFuture().join();
            } else if (choice < 84) {
                layer.groupAdd("room", visitor.subscription.channel());
            } else if (choice < 98) {
                layer.groupDiscard("room", visitor.subscription.channel());
            } else {
                visitor.subscription.close();
                visitor = new Listener(random.nextInt(100), false);
            }
        }
        visitor.subscription.close();
        return sent;
    }

    @Test
    void emptyGroupsAreRemoved() throws Exception {
        try (Racers racers = Racers.create()) {
            racers.race(SENDERS, (racer, random) -> {
                for (int i = 0; i < OPERATIONS / 8; i++) {
                    Listener visitor = new Listener(racer, false);
                    String group = "g" + random.nextInt(4);
                    layer.groupAdd(group, visitor.subscription.channel());
                    layer.groupSend(group, Message.of("m", new Numbered(racer, i)));
                    if (random.nextBoolean()) {
                        layer.groupDiscard(group, visitor.subscription.channel());
                    }
                    visitor.subscription.close();
                }
            });

            assertThat(layer.groupCount()).as(racers.toString()).isZero();
            assertThat(layer.channelCount()).as(racers.toString()).isZero();
            assertThat(failure).as(racers.toString()).hasNullValue();
        }
    }

    @Test
    void concurrentAddAndDiscardAreConsistent() throws Exception {
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            listeners.add(new Listener(i, false));
        }
        try (Racers racers = Racers.create()) {
            racers.race(SENDERS, (racer, random) -> {
                for (int i = 0; i < OPERATIONS / 4; i++) {
                    String channel =
                            listeners.get(random.nextInt(4)).subscription.channel();
                    if (random.nextBoolean()) {
                        layer.groupAdd("room", channel);
                    } else {
                        layer.groupDiscard("room", channel);
                    }
                }
            });

            listeners.forEach(listener -> layer.groupAdd("room", listener.subscription.channel()));
            assertThat(layer.groupSize("room")).as(racers.toString()).isEqualTo(4);
            layer.groupSend("room", Message.of("m", new Numbered(0, 0)));
            await().alias(racers.toString())
                    .until(() -> listeners.stream().allMatch(listener -> listener.received.get() == 1));

            listeners.forEach(listener -> listener.subscription.close());
            assertThat(layer.groupCount()).as(racers.toString()).isZero();
        }
    }
}
