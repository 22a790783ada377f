package io.channels4j.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.OverloadedException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlockingLimitTest {

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void restore() {
        release.countDown();
        Blocking.executor(BlockingExecutor.create("channels-blocking"));
    }

    @Test
    @DisplayName("P3: beyond 10,000 calls that run or wait, a call fails instead of waiting")
    void callsAreBounded() {
        Blocking.executor(BlockingExecutor.pooled("limit", 1));
        CompletionStage<Void> first = Blocking.run(release::await);
        for (int i = 1; i < Blocking.MOST_CALLS; i++) {
            assertThat(Blocking.run(() -> {}).toCompletableFuture()).isNotCompletedExceptionally();
        }

        CompletionStage<Void> tooMany = Blocking.run(() -> {});

        assertThatThrownBy(() -> Blocking.await(tooMany))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("limit: 10000");
        assertThat(first.toCompletableFuture()).isNotDone();
    }
}
