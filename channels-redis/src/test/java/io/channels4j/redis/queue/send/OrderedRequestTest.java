package io.channels4j.redis.queue.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.redis.command.CommandConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OrderedRequestTest {

    private static final List<Object> ANSWER = List.of(1L);

    private final OrderedRetry retry = new OrderedRetry(Runnable::run);

    @SuppressWarnings("NullAway") // the connection is used only if Redis fails
    private OrderedRequest submit(Supplier<CompletableFuture<List<Object>>> call, Predicate<List<Object>> accepts) {
        CommandConnection none = null;
        OrderedRequest request = new OrderedRequest(call, accepts, none, Runnable::run, Duration.ZERO, () -> {});
        retry.submit(request);
        return request;
    }

    @Test
    void answerThatIsNotUnderstoodFailsAndBlocksNoLaterRequest() {
        OrderedRequest broken = submit(() -> CompletableFuture.completedFuture(ANSWER), answer -> {
            throw new IllegalStateException("not understood");
        });
        OrderedRequest later = submit(() -> CompletableFuture.completedFuture(ANSWER), answer -> true);

        assertThat(broken.reply()).isCompletedExceptionally();
        assertThat(later.reply()).isCompletedWithValue(ANSWER);
    }

    @Test
    void callThatThrowsFailsAndBlocksNoLaterRequest() {
        OrderedRequest broken = submit(
                () -> {
                    throw new IllegalStateException("broken");
                },
                answer -> true);
        OrderedRequest later = submit(() -> CompletableFuture.completedFuture(ANSWER), answer -> true);

        assertThat(broken.reply()).isCompletedExceptionally();
        assertThat(later.reply()).isCompletedWithValue(ANSWER);
    }
}
