package io.channels4j.redis.queue.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.redis.command.CommandConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OrderedRequestTest {

    private static final List<Object> ANSWER = List.of(1L);

    private final OrderedRetry retry = new OrderedRetry(Runnable::run);

    @SuppressWarnings("NullAway") // the connection is used only if Redis fails
    private OrderedRequest submit(Supplier<CompletableFuture<List<Object>>> call) {
        CommandConnection none = null;
        OrderedRequest request = new OrderedRequest(call, none, Runnable::run, Duration.ZERO, () -> {});
        retry.submit(request);
        return request;
    }

    @Test
    void callThatThrowsFailsAndBlocksNoLaterRequest() {
        OrderedRequest broken = submit(() -> {
            throw new IllegalStateException("broken");
        });
        OrderedRequest later = submit(() -> CompletableFuture.completedFuture(ANSWER));

        assertThat(broken.reply()).isCompletedExceptionally();
        assertThat(later.reply()).isCompletedWithValue(ANSWER);
    }
}
