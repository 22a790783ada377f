package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.fixture.ManualExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private final ManualExecutor executor = new ManualExecutor();
    private final List<Object> taken = new CopyOnWriteArrayList<>();

    @Test
    void worksOnTheExecutorOnly() {
        Mailbox mailbox = taking(executor);

        mailbox.post("a");
        assertThat(taken).isEmpty();

        executor.runAll();
        assertThat(taken).containsExactly("a");
    }

    @Test
    void oneRunTakesAllItems() {
        Mailbox mailbox = taking(executor);

        mailbox.post("a");
        mailbox.post("b");
        mailbox.wake();
        executor.runAll();

        assertThat(taken).containsExactly("a", "b");
        assertThat(executor.taken()).isEqualTo(1);
    }

    @Test
    void laterPostStartsAnotherRun() {
        Mailbox mailbox = taking(executor);
        mailbox.post("a");
        executor.runAll();

        mailbox.post("b");
        executor.runAll();

        assertThat(taken).containsExactly("a", "b");
        assertThat(executor.taken()).isEqualTo(2);
    }

    @Test
    void runOrPostRunsImmediately() {
        Mailbox mailbox = taking(executor);

        mailbox.runOrPost("a");

        assertThat(taken).containsExactly("a");
        assertThat(executor.taken()).isZero();
    }

    @Test
    void runOrPostDuringTheWorkDoesNotNest() {
        AtomicReference<Mailbox> mailbox = new AtomicReference<>();
        AtomicInteger depth = new AtomicInteger();
        mailbox.set(new Mailbox(executor, () -> {
            assertThat(depth.incrementAndGet()).isEqualTo(1);
            Object item = mailbox.get().poll();
            taken.add(item);
            if (item.equals("a")) {
                mailbox.get().runOrPost("b");
            }
            depth.decrementAndGet();
        }));

        mailbox.get().runOrPost("a");

        assertThat(taken).containsExactly("a", "b");
    }

    @Test
    void chainOfPostsDoesNotGrowTheStackOfADirectExecutor() {
        int length = 100_000;
        AtomicReference<Mailbox> mailbox = new AtomicReference<>();
        AtomicInteger last = new AtomicInteger();
        mailbox.set(new Mailbox(Runnable::run, () -> {
            for (Object item = mailbox.get().poll();
                    item != null;
                    item = mailbox.get().poll()) {
                last.set((Integer) item);
                if (last.get() < length) {
                    mailbox.get().post(last.get() + 1);
                }
            }
        }));

        mailbox.get().post(1);

        assertThat(last).hasValue(length);
    }

    @Test
    void wakeRunsTheWorkWithoutItems() {
        AtomicInteger runs = new AtomicInteger();
        Mailbox mailbox = new Mailbox(executor, runs::incrementAndGet);

        mailbox.wake();
        executor.runAll();

        assertThat(runs).hasValue(1);
    }

    @Test
    void isIdleWithoutItemsAndWork() {
        AtomicReference<Mailbox> mailbox = new AtomicReference<>();
        List<Boolean> idleWithin = new CopyOnWriteArrayList<>();
        mailbox.set(new Mailbox(executor, () -> {
            mailbox.get().poll();
            idleWithin.add(mailbox.get().idle());
        }));
        assertThat(mailbox.get().idle()).isTrue();

        mailbox.get().post("a");
        assertThat(mailbox.get().idle()).isFalse();

        executor.runAll();
        assertThat(idleWithin).containsExactly(false);
        assertThat(mailbox.get().idle()).isTrue();
    }

    @Test
    void isNotIdleWhileItemsRemain() {
        Mailbox mailbox = new Mailbox(executor, () -> {});

        mailbox.post("a");
        executor.runAll();

        assertThat(mailbox.idle()).isFalse();
    }

    @Test
    void runsOnAnotherThreadWhenTheExecutorWasShutDown() {
        Mailbox mailbox = taking(executor);
        executor.shutDown();

        mailbox.post("a");

        await().untilAsserted(() -> assertThat(taken).containsExactly("a"));
    }

    private Mailbox taking(ManualExecutor where) {
        AtomicReference<Mailbox> self = new AtomicReference<>();
        Mailbox mailbox = new Mailbox(where, () -> {
            for (Object item = self.get().poll();
                    item != null;
                    item = self.get().poll()) {
                taken.add(item);
            }
        });
        self.set(mailbox);
        return mailbox;
    }

    @Test
    void keepsUntakenItemsInOrder() {
        List<Object> taken = new ArrayList<>();
        AtomicBoolean busy = new AtomicBoolean(true);
        AtomicReference<Mailbox> self = new AtomicReference<>();
        Mailbox mailbox = new Mailbox(Runnable::run, () -> {
            for (Object item = busy.get() ? null : self.get().poll();
                    item != null;
                    item = self.get().poll()) {
                taken.add(item);
            }
        });
        self.set(mailbox);
        mailbox.post("a");
        mailbox.runOrPost("b");

        busy.set(false);
        mailbox.runOrPost("c");

        assertThat(taken).containsExactly("a", "b", "c");
        assertThat(mailbox.idle()).isTrue();
    }
}
