package io.channels4j.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class BlockingTest {

    private final RecordingCaller caller = new RecordingCaller();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();

    @BeforeEach
    void useOneWorker() {
        Blocking.executor(worker);
    }

    @AfterEach
    void putBack() {
        Blocking.executor(BlockingExecutor.create("channels-blocking"));
        worker.shutdownNow();
        MDC.clear();
    }

    @Test
    void callGivesWhatTheWorkGaveBackFromAnotherThread() throws Exception {
        Thread there =
                Blocking.call(Thread::currentThread).toCompletableFuture().get(5, SECONDS);

        assertThat(there).isNotSameAs(Thread.currentThread());
    }

    @Test
    void callFailsWithWhatTheWorkThrew() {
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
    void runCompletesWhenTheWorkIsDone() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> ran = Blocking.run(release::await).toCompletableFuture();
        assertThat(ran).isNotDone();

        release.countDown();

        ran.get(5, SECONDS);
    }

    @Test
    void runFailsWithWhatTheWorkThrew() {
        CompletableFuture<Void> failed = Blocking.run(() -> {
                    throw new IOException("disk");
                })
                .toCompletableFuture();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> failed.get(5, SECONDS))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void anErrorFailsTheStageToo() {
        CompletableFuture<Void> failed = Blocking.run(() -> {
                    throw new StackOverflowError();
                })
                .toCompletableFuture();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> failed.get(5, SECONDS))
                .withCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void theLoggingContextGoesAlongAndIsTakenOffAgain() throws Exception {
        MDC.put("connection", "c1");
        Map<String, String> there =
                Blocking.call(MDC::getCopyOfContextMap).toCompletableFuture().get(5, SECONDS);
        MDC.clear();

        Map<String, String> later = worker.submit(MDC::getCopyOfContextMap).get(5, SECONDS);

        assertThat(there).containsEntry("connection", "c1");
        assertThat(later).isNullOrEmpty();
    }

    @Test
    void theWorkersOwnLoggingContextIsPutBack() throws Exception {
        worker.submit(() -> MDC.put("worker", "w1")).get(5, SECONDS);
        MDC.put("connection", "c1");

        Map<String, String> there =
                Blocking.call(MDC::getCopyOfContextMap).toCompletableFuture().get(5, SECONDS);
        Map<String, String> later = worker.submit(MDC::getCopyOfContextMap).get(5, SECONDS);

        assertThat(there).containsOnlyKeys("connection");
        assertThat(later).containsOnlyKeys("worker");
    }

    @Test
    void withinACallbackItCompletesOnTheCallersExecutor() throws Exception {
        AtomicReference<CompletableFuture<String>> result = new AtomicReference<>();
        caller.during(() -> result.set(Blocking.call(() -> "done").toCompletableFuture()));

        await().until(() -> !caller.executor.isEmpty());
        assertThat(result.get()).isNotDone();

        caller.executor.runAll();
        assertThat(result.get()).isCompletedWithValue("done");
    }

    @Test
    void aFailureCompletesOnTheCallersExecutorToo() {
        AtomicReference<CompletableFuture<Void>> result = new AtomicReference<>();
        caller.during(() -> result.set(Blocking.run(() -> {
                    throw new IOException("disk");
                })
                .toCompletableFuture()));

        await().until(() -> !caller.executor.isEmpty());
        assertThat(result.get()).isNotDone();

        caller.executor.runAll();
        assertThat(result.get()).isCompletedExceptionally();
    }

    @Test
    void completesAllTheSameWhenTheCallersExecutorIsGone() throws Exception {
        AtomicReference<CompletableFuture<String>> result = new AtomicReference<>();
        caller.executor.shutDown();

        caller.during(() -> result.set(Blocking.call(() -> "done").toCompletableFuture()));

        assertThat(result.get().get(5, SECONDS)).isEqualTo("done");
    }

    @Test
    void theCallerKnowsTheThreadWhileItWorks() throws Exception {
        CompletableFuture<Thread> there = new CompletableFuture<>();
        CountDownLatch release = new CountDownLatch(1);
        caller.during(() -> Blocking.run(() -> {
            there.complete(Thread.currentThread());
            release.await();
        }));

        assertThat(caller.workers).containsExactly(there.get(5, SECONDS));
        release.countDown();

        await().until(() -> caller.finished.contains(there.join()));
        assertThat(caller.workers).isEmpty();
    }

    @Test
    void theCallerCanInterruptTheWork() throws Exception {
        AtomicReference<CompletableFuture<Void>> result = new AtomicReference<>();
        caller.during(() ->
                result.set(Blocking.run(() -> new CountDownLatch(1).await()).toCompletableFuture()));
        await().until(() -> !caller.workers.isEmpty());

        caller.workers.forEach(Thread::interrupt);
        await().until(caller.executor::runNext);

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> result.get().get(5, SECONDS))
                .withCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void theExecutorIsSettable() {
        Executor direct = Runnable::run;
        Blocking.executor(direct);

        assertThat(Blocking.call(Thread::currentThread).toCompletableFuture())
                .isCompletedWithValue(Thread.currentThread());
    }
}
