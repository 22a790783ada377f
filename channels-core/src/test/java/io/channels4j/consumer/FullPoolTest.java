package io.channels4j.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FullPoolTest {

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void releaseThread() {
        release.countDown();
    }

    @Test
    @DisplayName("P4: a new blocking connection is rejected with a reason while all threads of the pool are in use")
    void fullPoolRejectsNewConnections() throws InterruptedException {
        BlockingExecutor one = BlockingExecutor.pooled("full-pool", 1);
        CountDownLatch taken = new CountDownLatch(1);
        one.execute(() -> {
            taken.countDown();
            awaitRelease();
        });
        assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> Consumer.application(Idle::new)
                        .handle(
                                Scope.builder("websocket")
                                        .path("/room")
                                        .with(BlockingThreads.KEY, new BlockingThreads(one, one))
                                        .build(),
                                CompletableFuture::new,
                                event -> new CompletableFuture<>()))
                .isInstanceOf(OverloadedException.class)
                .hasMessage("blocking consumers: all 1 threads are in use; websocket /room was refused");
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Idle extends WebsocketConsumer {}
}
