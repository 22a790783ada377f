package io.channels4j.engine.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.fixture.ManualExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void endLoop() {
        loop.shutdownNow();
    }

    @Test
    void usesTheExecutorsOwnScheduler() {
        Timers.after(Duration.ofHours(1), loop, () -> {});

        assertThat(loop.getQueue()).hasSize(1);
    }

    @Test
    void removesACancelledTask() {
        loop.setRemoveOnCancelPolicy(true);
        Future<?> timer = Timers.after(Duration.ofHours(1), loop, () -> {});

        timer.cancel(false);

        assertThat(loop.getQueue()).isEmpty();
    }

    @Test
    void runsTheTaskOnAnExecutorWithoutScheduler() {
        ManualExecutor executor = new ManualExecutor();
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        Timers.after(Duration.ofMillis(1), executor, () -> ran.complete(Thread.currentThread()));
        await().until(() -> !executor.isEmpty());
        assertThat(ran).isNotDone();
        executor.runAll();

        assertThat(ran).isCompletedWithValue(Thread.currentThread());
    }

    @Test
    void runsOverdueTasksImmediately() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);

        Timers.after(Duration.ofSeconds(-1), loop, ran::countDown);

        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void toleratesAnExecutorThatWasShutDown() throws InterruptedException {
        CountDownLatch rejected = new CountDownLatch(1);
        Executor shutDown = task -> {
            rejected.countDown();
            throw new RejectedExecutionException("shut down");
        };

        Future<?> timer = Timers.after(Duration.ZERO, shutDown, () -> {});

        assertThat(rejected.await(10, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(timer).isDone());
        assertThat(timer).succeedsWithin(Duration.ZERO);
    }
}
