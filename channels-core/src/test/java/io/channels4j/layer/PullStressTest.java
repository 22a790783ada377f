package io.channels4j.layer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.fixture.Racers;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests concurrent senders, and receivers that sometimes cancel, on a few channels. Every message must be received exactly once. */
@Timeout(60)
class PullStressTest {

    private static final int SENDERS = 4;
    private static final int RECEIVERS = 4;
    private static final int MESSAGES = 10_000;

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final AtomicBoolean sending = new AtomicBoolean(true);
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger duplicated = new AtomicInteger();

    /**
     * A message. Its sender waits for its receipt before it sends the next one. Receivers therefore usually have to
     * wait, too.
     */
    private record Letter(CompletableFuture<String> received) {}

    @Test
    void everyMessageIsReceivedOnceWhileReceiversCancel() throws Exception {
        try (Racers racers = Racers.create()) {
            racers.race(SENDERS + RECEIVERS, (racer, random) -> {
                if (racer < SENDERS) {
                    send(random, racers);
                } else {
                    receive("c" + racer % 2, random);
                }
            });

            assertThat(duplicated).as(racers.toString()).hasValue(0);
            assertThat(layer.dropped()).as(racers.toString()).isZero();
            assertThat(layer.channelCount()).as(racers.toString()).isZero();
        }
    }

    private void send(Random random, Racers racers) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            Letter letter = new Letter(new CompletableFuture<>());
            layer.send("c" + random.nextInt(2), Message.of("letter", letter));
            assertThat(letter.received().get(10, SECONDS))
                    .as("%s: letter %d", racers, i)
                    .isNotNull();
        }
        if (finished.incrementAndGet() == SENDERS) {
            sending.set(false);
        }
    }

    private void receive(String channel, Random random) throws Exception {
        while (sending.get()) {
            CompletableFuture<Message> next = layer.receive(channel).toCompletableFuture();
            if (random.nextInt(4) > 0) {
                waitFor(next);
            }
            if (!next.cancel(false) && !next.join().as(Letter.class).received().complete(channel)) {
                duplicated.incrementAndGet();
            }
        }
    }

    private static void waitFor(CompletableFuture<Message> next) throws Exception {
        try {
            next.get(1, MILLISECONDS);
        } catch (TimeoutException enough) {
            // the caller cancels, possibly just as a message arrives
        }
    }
}
