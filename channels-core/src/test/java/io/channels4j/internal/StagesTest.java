package io.channels4j.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.fixture.ManualExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class StagesTest {

    private final IllegalStateException failure = new IllegalStateException("no");

    private final ManualExecutor executor = new ManualExecutor();

    @Test
    void completedStageIsDone() {
        assertThat(Stages.isDone(Stages.done())).isTrue();
        assertThat(Stages.isDone(CompletableFuture.completedFuture("a"))).isTrue();
    }

    @Test
    void pendingOrFailedStageIsNotDone() {
        assertThat(Stages.isDone(new CompletableFuture<>())).isFalse();
        assertThat(Stages.isDone(CompletableFuture.failedFuture(failure))).isFalse();
    }

    @Test
    void minimalStageIsNotKnownToBeDone() {
        assertThat(Stages.isDone(CompletableFuture.completedStage("a"))).isFalse();
        assertThat(Stages.hasFailed(CompletableFuture.failedStage(failure))).isFalse();
    }

    @Test
    void failedStageHasFailed() {
        assertThat(Stages.hasFailed(CompletableFuture.failedFuture(failure))).isTrue();
        assertThat(Stages.hasFailed(Stages.done())).isFalse();
        assertThat(Stages.hasFailed(new CompletableFuture<>())).isFalse();
    }

    @Test
    void unwrapRemovesAllWrappers() {
        Throwable wrapped = new CompletionException(new CompletionException(failure));

        assertThat(Stages.unwrap(wrapped)).isSameAs(failure);
        assertThat(Stages.unwrap(failure)).isSameAs(failure);
    }

    @Test
    void unwrapKeepsWrapperWithoutCause() {
        CompletionException empty = new CompletionException("nothing", null);

        assertThat(Stages.unwrap(empty)).isSameAs(empty);
    }

    @Test
    void onReturnsCompletedStage() {
        CompletionStage<String> done = CompletableFuture.completedFuture("a");

        assertThat(Stages.on(executor, done)).isSameAs(done);
        assertThat(executor.taken()).isZero();
    }

    @Test
    void onCompletesOnExecutor() {
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        CompletableFuture<String> there = Stages.on(executor, elsewhere).toCompletableFuture();

        elsewhere.complete("a");
        assertThat(there).isNotDone();

        executor.runAll();
        assertThat(there).isCompletedWithValue("a");
    }

    @Test
    void onCompletesOnAnotherThreadIfExecutorWasShutDown() throws Exception {
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        CompletableFuture<String> there = Stages.on(executor, elsewhere).toCompletableFuture();
        executor.shutDown();

        elsewhere.complete("a");

        assertThat(there.get(5, SECONDS)).isEqualTo("a");
    }

    @Test
    void onUnwrapsFailure() {
        CompletableFuture<String> elsewhere = new CompletableFuture<>();
        CompletableFuture<Throwable> passed = new CompletableFuture<>();
        Stages.on(executor, elsewhere.thenApply(text -> text)).whenComplete((text, why) -> passed.complete(why));

        elsewhere.completeExceptionally(failure);
        executor.runAll();

        assertThat(passed).isCompletedWithValue(failure);
    }
}
