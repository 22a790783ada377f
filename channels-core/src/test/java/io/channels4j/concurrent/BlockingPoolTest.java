package io.channels4j.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BlockingPoolTest {

    private static final int THREADS = 2;
    private static final int MAX_WAITING = THREADS * BlockingPool.WAITING_PER_THREAD;

    private final BlockingExecutor pool = BlockingExecutor.pooled("test", THREADS);
    private final CompletableFuture<Void> slowPeer = new CompletableFuture<>();
    private final CountDownLatch blocker = new CountDownLatch(1);

    @AfterEach
    void release() {
        slowPeer.complete(null);
        blocker.countDown();
    }

    @Test
    @DisplayName("P4: threads that wait for slow peers do not keep other work from running")
    void waitingThreadsDoNotCount() throws Exception {
        waitForPeer(MAX_WAITING);

        CompletableFuture<Void> other = new CompletableFuture<>();
        pool.execute(() -> other.complete(null));

        other.get(5, SECONDS);
        await().until(() -> !pool.full());
    }

    @Test
    @DisplayName("P4: work that was queued runs as soon as a thread waits for a peer")
    void queuedWorkRunsWhenThreadWaits() throws Exception {
        CountDownLatch busy = new CountDownLatch(THREADS);
        CountDownLatch goWait = new CountDownLatch(1);
        for (int i = 0; i < THREADS; i++) {
            pool.execute(() -> {
                busy.countDown();
                join(goWait);
                Blocking.await(slowPeer);
            });
        }
        assertThat(busy.await(5, SECONDS)).isTrue();
        CompletableFuture<Void> queued = new CompletableFuture<>();
        pool.execute(() -> queued.complete(null));

        assertThat(queued).isNotDone();
        goWait.countDown();

        queued.get(5, SECONDS);
    }

    @RepeatedTest(20)
    @DisplayName("P4: no work is lost between a full pool and a thread that begins to wait")
    void noWorkIsStuck() throws Exception {
        int pieces = 100;
        CountDownLatch done = new CountDownLatch(pieces);
        CompletableFuture<Void> peer = new CompletableFuture<>();
        for (int i = 0; i < MAX_WAITING; i++) {
            pool.execute(() -> Blocking.await(peer));
        }
        for (int i = 0; i < pieces; i++) {
            pool.execute(done::countDown);
        }

        assertThat(done.await(5, SECONDS)).isTrue();
        peer.complete(null);
    }

    @Test
    @DisplayName("P3: beyond four times the maximum, waiting threads count as busy")
    void boundsWaitingThreads() throws Exception {
        waitForPeer(MAX_WAITING + THREADS);

        await().until(pool::full);
        CompletableFuture<Void> other = new CompletableFuture<>();
        pool.execute(() -> other.complete(null));
        assertThat(other).isNotDone();

        slowPeer.complete(null);
        other.get(5, SECONDS);
    }

    @Test
    @DisplayName("P4: work that arrives while the last free thread starts waits for that thread")
    void workArrivesWhileTheLastThreadStarts() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        BlockingExecutor one = BlockingExecutor.pooled(1, task -> {
            starting.countDown();
            join(blocker);
            return new Thread(task);
        });
        CompletableFuture<Void> first = new CompletableFuture<>();
        CompletableFuture<Void> second = new CompletableFuture<>();
        Thread other = new Thread(() -> one.execute(() -> first.complete(null)));
        other.start();
        assertThat(starting.await(5, SECONDS)).isTrue();

        one.execute(() -> second.complete(null));
        blocker.countDown();

        first.get(5, SECONDS);
        second.get(5, SECONDS);
        other.join();
    }

    @Test
    @DisplayName("P4: no more threads than the maximum run at a time after all peers have caught up")
    void runsAtMostMaxThreadsAfterWaiting() {
        waitForPeer(MAX_WAITING);
        slowPeer.complete(null);
        await().until(() -> pool.load() == 0);
        AtomicInteger running = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            pool.execute(() -> {
                running.incrementAndGet();
                join(blocker);
            });
        }

        await().until(() -> running.get() == THREADS);
        assertThat(pool.load()).isEqualTo(50);
        assertThat(running).hasValue(THREADS);
    }

    @Test
    @DisplayName("P4: work that finds no thread, because none can be started, is rejected and does not count")
    void failedThreadStartIsRejected() {
        AtomicBoolean broken = new AtomicBoolean(true);
        BlockingExecutor limited = BlockingExecutor.pooled(THREADS, task -> {
            if (broken.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> limited.execute(() -> {}))
                .withMessage("blocking work: no thread could be started");

        assertThat(limited.load()).isZero();
        broken.set(false);
        limited.execute(blocker::countDown);
        await().until(() -> blocker.getCount() == 0);
    }

    @Test
    @DisplayName("P4: work waits for an existing thread when no further one can be started")
    void failedThreadStartWaitsForAnotherThread() throws Exception {
        AtomicInteger started = new AtomicInteger();
        BlockingExecutor limited = BlockingExecutor.pooled(THREADS, task -> {
            if (started.incrementAndGet() > 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });
        limited.execute(() -> join(blocker));
        CompletableFuture<Void> second = new CompletableFuture<>();

        limited.execute(() -> second.complete(null));
        blocker.countDown();

        second.get(5, SECONDS);
        await().until(() -> limited.load() == 0);
    }

    @Test
    @DisplayName("P4: a thread may wait for a peer although no further thread can be started")
    void failedThreadStartDoesNotDisturbTheThreadThatWaits() throws Exception {
        AtomicInteger started = new AtomicInteger();
        BlockingExecutor limited = BlockingExecutor.pooled(1, task -> {
            if (started.incrementAndGet() > 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });
        CompletableFuture<Void> waited = new CompletableFuture<>();
        limited.execute(() -> {
            join(blocker);
            Blocking.await(slowPeer);
            waited.complete(null);
        });
        CompletableFuture<Void> queued = new CompletableFuture<>();
        limited.execute(() -> queued.complete(null));

        blocker.countDown();
        await().until(() -> started.get() == 2);
        slowPeer.complete(null);

        waited.get(5, SECONDS);
        queued.get(5, SECONDS);
    }

    @Test
    void interruptDoesNotReachTheNextWork() throws Exception {
        BlockingExecutor one = BlockingExecutor.pooled("test", 1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

        one.execute(() -> Thread.currentThread().interrupt());
        one.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));

        assertThat(interrupted.get(5, SECONDS)).isFalse();
    }

    private void waitForPeer(int threads) {
        AtomicInteger waiting = new AtomicInteger();
        for (int i = 0; i < threads; i++) {
            pool.execute(() -> {
                waiting.incrementAndGet();
                Blocking.await(slowPeer);
            });
        }
        await().until(() -> waiting.get() == threads);
    }

    private static void join(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
