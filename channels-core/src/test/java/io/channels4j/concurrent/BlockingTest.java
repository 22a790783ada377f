package io.channels4j.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.channels4j.fixture.RecordingOwner;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class BlockingTest {

    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final RecordingOwner owner = new RecordingOwner(worker);

    @AfterEach
    void stopWorker() {
        worker.shutdownNow();
        MDC.clear();
    }

    @Test
    void callReturnsResultFromAnotherThread() throws Exception {
        Thread there =
                Blocking.call(Thread::currentThread).toCompletableFuture().get(5, SECONDS);

        assertThat(there).isNotSameAs(Thread.currentThread());
    }

    @Test
    void callFailsWithExceptionOfWork() {
        IOException failure = new IOException("disk");

        CompletableFuture<Object> failed = Blocking.call(() -> {
                    throw failure;
                })
                .toCompletableFuture();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> failed.get(5, SECONDS))
                .withCause(failure);
    }

    @Test
    void runCompletesWhenWorkReturns() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> ran = Blocking.run(release::await).toCompletableFuture();
        assertThat(ran).isNotDone();

        release.countDown();

        ran.get(5, SECONDS);
    }

    @Test
    void runFailsWithExceptionOfWork() {
        CompletableFuture<Void> failed = Blocking.run(() -> {
                    throw new IOException("disk");
                })
                .toCompletableFuture();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> failed.get(5, SECONDS))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void errorFailsStage() {
        CompletableFuture<Void> failed = Blocking.run(() -> {
                    throw new StackOverflowError();
                })
                .toCompletableFuture();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> failed.get(5, SECONDS))
                .withCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void passesLoggingContextAndRemovesItAfterwards() throws Exception {
        MDC.put("connection", "c1");
        Map<String, String> there = contextOfWork();
        MDC.clear();

        Map<String, String> later = worker.submit(MDC::getCopyOfContextMap).get(5, SECONDS);

        assertThat(there).containsEntry("connection", "c1");
        assertThat(later).isNullOrEmpty();
    }

    @Test
    void restoresLoggingContextOfWorker() throws Exception {
        worker.submit(() -> MDC.put("worker", "w1")).get(5, SECONDS);
        MDC.put("connection", "c1");

        Map<String, String> there = contextOfWork();
        Map<String, String> later = worker.submit(MDC::getCopyOfContextMap).get(5, SECONDS);

        assertThat(there).containsOnlyKeys("connection");
        assertThat(later).containsOnlyKeys("worker");
    }

    private Map<String, String> contextOfWork() throws Exception {
        CompletableFuture<Map<String, String>> context = new CompletableFuture<>();
        owner.during(() -> Blocking.run(() -> context.complete(MDC.getCopyOfContextMap())));
        return context.get(5, SECONDS);
    }

    @Test
    void completesOnExecutorOfOwner() throws Exception {
        AtomicReference<CompletableFuture<String>> result = new AtomicReference<>();
        owner.during(() -> result.set(Blocking.call(() -> "done").toCompletableFuture()));

        await().until(() -> !owner.executor.isEmpty());
        assertThat(result.get()).isNotDone();

        owner.executor.runAll();
        assertThat(result.get()).isCompletedWithValue("done");
    }

    @Test
    void failsOnExecutorOfOwner() {
        AtomicReference<CompletableFuture<Void>> result = new AtomicReference<>();
        owner.during(() -> result.set(Blocking.run(() -> {
                    throw new IOException("disk");
                })
                .toCompletableFuture()));

        await().until(() -> !owner.executor.isEmpty());
        assertThat(result.get()).isNotDone();

        owner.executor.runAll();
        assertThat(result.get()).isCompletedExceptionally();
    }

    @Test
    void completesWhenExecutorOfOwnerIsShutDown() throws Exception {
        AtomicReference<CompletableFuture<String>> result = new AtomicReference<>();
        owner.executor.shutDown();

        owner.during(() -> result.set(Blocking.call(() -> "done").toCompletableFuture()));

        assertThat(result.get().get(5, SECONDS)).isEqualTo("done");
    }

    @Test
    void ownerIsNotifiedOfTheWorkingThread() throws Exception {
        CompletableFuture<Thread> there = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        owner.during(() -> Blocking.run(() -> {
            there.complete(Thread.currentThread());
            release.await();
        }));

        assertThat(owner.workers).containsExactly(there.get(5, SECONDS));
        release.countDown();

        await().until(() -> owner.finished.contains(there.join()));
        assertThat(owner.workers).isEmpty();
    }

    @Test
    void ownerCanInterruptWork() throws Exception {
        AtomicReference<CompletableFuture<Void>> result = new AtomicReference<>();
        owner.during(() ->
                result.set(Blocking.run(() -> new CountDownLatch(1).await()).toCompletableFuture()));
        await().until(() -> !owner.workers.isEmpty());

        owner.workers.forEach(Thread::interrupt);
        await().until(owner.executor::runNext);

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> result.get().get(5, SECONDS))
                .withCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void usesExecutorOfServerWithinCallback() throws Exception {
        Thread thread = worker.submit(Thread::currentThread).get(5, SECONDS);
        CompletableFuture<Thread> there = new CompletableFuture<>();

        owner.during(() -> Blocking.run(() -> there.complete(Thread.currentThread())));

        assertThat(there.get(5, SECONDS)).isSameAs(thread);
    }
}
