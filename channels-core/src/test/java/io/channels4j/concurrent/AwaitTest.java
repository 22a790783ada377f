package io.channels4j.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AwaitTest {

    /** An event-loop thread. */
    private static final class LoopThread extends Thread implements NonBlocking {

        LoopThread(Runnable task) {
            super(task, "loop-1");
        }
    }

    @Test
    void waitsForValue() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> got = new CompletableFuture<>();
        Thread waiting = new Thread(() -> got.complete(Blocking.await(stage)));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        stage.complete("done");

        assertThat(got.get(5, SECONDS)).isEqualTo("done");
    }

    @Test
    void acceptsMinimalStages() {
        assertThat(Blocking.await(CompletableFuture.completedStage("done"))).isEqualTo("done");
    }

    @Test
    void throwsUncheckedFailureUnwrapped() {
        IllegalStateException failure = new IllegalStateException("no");

        assertThatThrownBy(() -> Blocking.await(CompletableFuture.failedFuture(failure)))
                .isSameAs(failure);
        assertThatThrownBy(() -> Blocking.await(CompletableFuture.failedFuture(new CompletionException(failure))))
                .isSameAs(failure);
    }

    @Test
    void throwsErrorUnwrapped() {
        StackOverflowError failure = new StackOverflowError();

        assertThatThrownBy(() -> Blocking.await(CompletableFuture.failedFuture(failure)))
                .isSameAs(failure);
    }

    @Test
    void wrapsCheckedFailure() {
        IOException failure = new IOException("disk");

        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Blocking.await(CompletableFuture.failedFuture(failure)))
                .withMessage("await: the stage failed")
                .withCause(failure);
    }

    @Test
    void throwsCancellation() {
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);

        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> Blocking.await(cancelled));
    }

    @Test
    void interruptionEndsTheWaitAndIsPreserved() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                Blocking.await(new CompletableFuture<>());
            } catch (ChannelsException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
                thrown.complete(e);
            }
        });
        waiting.start();

        waiting.interrupt();

        assertThat(thrown.get(5, SECONDS))
                .hasMessage("await: interrupted")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(interrupted.join()).isTrue();
    }

    @Test
    void rejectsWaitOnEventLoop() throws Exception {
        assertRefused(onLoop(CompletableFuture::new));
    }

    @Test
    @DisplayName("await on an event loop is refused also if the stage is complete, so that it never depends on timing")
    void rejectsCompletedStageOnEventLoop() throws Exception {
        assertRefused(onLoop(() -> CompletableFuture.completedFuture("done")));
        assertRefused(onLoop(() -> CompletableFuture.failedFuture(new IllegalStateException("failed"))));
    }

    private static void assertRefused(Object outcome) {
        assertThat(outcome)
                .asInstanceOf(InstanceOfAssertFactories.type(ChannelsException.class))
                .extracting(Throwable::getMessage)
                .isEqualTo(
                        "await: thread loop-1 must not wait; compose the stage, or call this within Blocking.call(..)");
    }

    /** Awaits a stage on an event-loop thread. Returns its value, or the exception if the call throws one. */
    private static Object onLoop(Supplier<CompletionStage<Object>> stage) throws Exception {
        CompletableFuture<Object> result = new CompletableFuture<>();
        Thread loop = new LoopThread(() -> {
            try {
                result.complete(Blocking.await(stage.get()));
            } catch (ChannelsException e) {
                result.complete(e);
            }
        });
        loop.start();
        return result.get(5, SECONDS);
    }
}
