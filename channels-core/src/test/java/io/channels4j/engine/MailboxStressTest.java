package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.fixture.Racers;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Posts a million items from eight threads. No item may be lost, duplicated or reordered within its thread, and runs must not overlap. */
@Timeout(60)
class MailboxStressTest {

    private static final int POSTERS = 8;
    private static final int POSTS = 125_000;

    private record Item(int poster, int number) {}

    /** Deliberately unsynchronized, and accessed only by the mailbox's work. Overlapping runs therefore corrupt it. */
    private final int[] next = new int[POSTERS];

    private final AtomicBoolean working = new AtomicBoolean();
    private final CountDownLatch missing = new CountDownLatch(POSTERS * POSTS);
    private final AtomicReference<String> wrong = new AtomicReference<>();
    private final AtomicReference<Mailbox> mailbox = new AtomicReference<>();

    @Test
    void losesDuplicatesAndReordersNothing() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(3);
        try (Racers racers = Racers.create()) {
            mailbox.set(new Mailbox(workers, this::work));

            racers.race(POSTERS, (poster, random) -> {
                for (int i = 0; i < POSTS; i++) {
                    mailbox.get().post(new Item(poster, i));
                    if (random.nextInt(64) == 0) {
                        mailbox.get().wake();
                    }
                }
            });

            assertThat(missing.await(30, SECONDS))
                    .as("%s; wrong: %s", racers, wrong)
                    .isTrue();
            assertThat(wrong).as(racers.toString()).hasNullValue();
        } finally {
            workers.shutdownNow();
        }
        assertThat(next).containsOnly(POSTS);
    }

    private void work() {
        if (!working.compareAndSet(false, true)) {
            wrong.set("two runs overlap");
        }
        for (Object item = mailbox.get().poll();
                item != null;
                item = mailbox.get().poll()) {
            Item post = (Item) item;
            if (post.number() != next[post.poster()]++) {
                wrong.compareAndSet(null, "poster %d: %d came out of order".formatted(post.poster(), post.number()));
            }
            missing.countDown();
        }
        working.set(false);
    }
}
