package io.channels4j.redis.queue.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class OrderedRetryTest {

    private final List<String> sent = new ArrayList<>();
    private final OrderedRetry retry = new OrderedRetry(() -> sent.add("before resend"));

    /** A request that is completed by the test. */
    private final class TestRequest implements OrderedRetry.Step {

        final String name;
        CompletableFuture<Boolean> answer = new CompletableFuture<>();

        TestRequest(String name) {
            this.name = name;
        }

        @Override
        public CompletableFuture<Boolean> attempt(OrderedRetry in) {
            sent.add(name);
            answer = new CompletableFuture<>();
            return answer;
        }
    }

    private TestRequest submit(String name) {
        TestRequest step = new TestRequest(name);
        retry.submit(step);
        return step;
    }

    @Test
    void sendsImmediatelyWhileRequestsSucceed() {
        submit("a");
        submit("b");

        assertThat(sent).containsExactly("a", "b");
    }

    @Test
    void laterRequestsWaitUntilRequestsInFlightComplete() {
        TestRequest a = submit("a");
        TestRequest b = submit("b");
        a.answer.complete(false);
        submit("c");
        assertThat(sent).containsExactly("a", "b");

        b.answer.complete(false);

        assertThat(sent).containsExactly("a", "b", "before resend", "a", "b", "c");
    }

    @Test
    void doesNotResendSettledRequest() {
        TestRequest a = submit("a");
        TestRequest b = submit("b");
        a.answer.complete(false);
        b.answer.complete(true);

        assertThat(sent).containsExactly("a", "b", "before resend", "a");
    }

    @Test
    void resendsInOrderWhateverTheOrderOfReplies() {
        TestRequest a = submit("a");
        TestRequest b = submit("b");
        b.answer.complete(false);
        a.answer.complete(false);

        assertThat(sent).containsExactly("a", "b", "before resend", "a", "b");
    }

    @Test
    void resendsAgainAfterAFailedResend() {
        TestRequest a = submit("a");
        a.answer.complete(false);
        TestRequest b = submit("b");
        a.answer.complete(false);
        assertThat(sent).containsExactly("a", "before resend", "a", "b");
        submit("c");

        b.answer.complete(true);

        assertThat(sent).containsExactly("a", "before resend", "a", "b", "before resend", "a", "c");
    }

    @Test
    void resumesWhenTheBlockingRequestIsSettled() {
        TestRequest a = submit("a");
        retry.hold();
        submit("b");
        assertThat(sent).containsExactly("a");

        a.answer.complete(true);

        assertThat(sent).containsExactly("a", "b");
    }

    @Test
    void settlesEveryRequestOnceAndInOrderWithRandomReplies() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Integer> settled = new ArrayList<>();
        List<Runnable> answers = new ArrayList<>();
        int[] version = {0};
        int[] learned = {0};
        OrderedRetry any = new OrderedRetry(() -> learned[0] = version[0]);

        for (int i = 0; i < 2000; i++) {
            int number = i;
            any.submit(in -> {
                int known = learned[0];
                CompletableFuture<Boolean> answer = new CompletableFuture<>();
                answers.add(() -> {
                    boolean fresh = known == version[0];
                    if (fresh) {
                        settled.add(number);
                    }
                    answer.complete(fresh);
                });
                return answer;
            });
            if (random.nextInt(10) == 0) {
                version[0]++;
            }
            for (int n = random.nextInt(3); n > 0 && !answers.isEmpty(); n--) {
                answers.remove(0).run();
            }
        }
        while (!answers.isEmpty()) {
            answers.remove(0).run();
        }

        assertThat(settled).as("seed %d", seed).hasSize(2000).isSorted();
    }
}
