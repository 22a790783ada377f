package io.channels4j.redis.queue.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PendingReceiveTest {

    private final List<Delivery> taken = new ArrayList<>();
    private final PendingReceive<Message> receive = new PendingReceive<>(Delivery::message, taken::add);

    @SuppressWarnings("NullAway") // the item is not settled
    private static WorkItem item() {
        return new WorkItem(null, null, "1-0", Message.of("job"), 0);
    }

    @Test
    void applicationsContinuationRunsOnAnotherThread() throws Exception {
        CompletableFuture<Thread> ran =
                receive.future().thenApply(message -> Thread.currentThread()).toCompletableFuture();

        assertThat(receive.offer(item())).isTrue();

        assertThat(ran.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        assertThat(taken).hasSize(1);
    }

    @Test
    void cancelledCallTakesNothing() {
        receive.future().cancel(false);

        assertThat(receive.isWithdrawn()).isTrue();
        assertThat(receive.offer(item())).isFalse();
        assertThat(taken).isEmpty();
    }

    @Test
    void callThatTookAnItemCannotBeCancelled() throws Exception {
        assertThat(receive.offer(item())).isTrue();

        assertThat(receive.future().cancel(false)).isFalse();

        assertThat(receive.future().get(10, TimeUnit.SECONDS)).isEqualTo(Message.of("job"));
    }

    @Test
    void timeOutWithdrawsTheCall() {
        receive.future().completeExceptionally(new IllegalStateException("too late"));

        assertThat(receive.offer(item())).isFalse();
    }
}
