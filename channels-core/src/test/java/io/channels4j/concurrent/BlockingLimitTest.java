package io.channels4j.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.OverloadedException;
import io.channels4j.fixture.RecordingOwner;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlockingLimitTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final RecordingOwner owner = new RecordingOwner(BlockingExecutor.pooled("limit", 1));

    @AfterEach
    void releaseThread() {
        release.countDown();
    }

    @Test
    @DisplayName("P3: a call fails while 10,000 calls run or wait")
    void boundsTheNumberOfCalls() {
        CompletionStage<Void> first = run(release::await);
        for (int i = 1; i < Blocking.MAX_CALLS; i++) {
            assertThat(run(() -> {}).toCompletableFuture()).isNotCompletedExceptionally();
        }

        CompletionStage<Void> tooMany = run(() -> {});
        owner.executor.runAll();

        assertThatThrownBy(() -> Blocking.await(tooMany))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("limit: 10000");
        assertThat(first.toCompletableFuture()).isNotDone();
    }

    private CompletionStage<Void> run(Blocking.Work work) {
        AtomicReference<CompletionStage<Void>> stage = new AtomicReference<>();
        owner.during(() -> stage.set(Blocking.run(work)));
        return stage.get();
    }
}
