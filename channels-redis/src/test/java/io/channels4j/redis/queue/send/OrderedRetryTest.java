package io.channels4j.redis.queue.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class OrderedRetryTest {

    private final List<String> sent = new ArrayList<>();
    private final OrderedRetry retry = new OrderedRetry(Runnable::run);

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

        assertThat(sent).containsExactly("a", "b", "a", "b", "c");
    }

    @Test
    void doesNotResendSettledRequest() {
        TestRequest a = submit("a");
        TestRequest b = submit("b");
        a.answer.complete(false);
        b.answer.complete(true);

        assertThat(sent).containsExactly("a", "b", "a");
    }

    @Test
    void resendsInOrderWhateverTheOrderOfReplies() {
        TestRequest a = submit("a");
        TestRequest b = submit("b");
        b.answer.complete(false);
        a.answer.complete(false);

        assertThat(sent).containsExactly("a", "b", "a", "b");
    }

    @Test
    void resendsAgainAfterAFailedResend() {
        TestRequest a = submit("a");
        a.answer.complete(false);
        TestRequest b = submit("b");
        a.answer.complete(false);
        assertThat(sent).containsExactly("a", "a", "b");
        submit("c");

        b.answer.complete(true);

        assertThat(sent).containsExactly("a", "a", "b", "a", "c");
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
    void neverResendsOnTheThreadOfAReply() {
        List<Runnable> tasks = new ArrayList<>();
        OrderedRetry any = new OrderedRetry(tasks::add);
        TestRequest a = new TestRequest("a");
        any.submit(a);
        any.submit(new TestRequest("b"));

        a.answer.complete(false);
        assertThat(sent).containsExactly("a", "b");
        assertThat(tasks).as("b is in flight").isEmpty();
    }

    @Test
    void resendsInTurnsSoThatOthersAreServedToo() {
        Deque<Runnable> tasks = new ArrayDeque<>();
        OrderedRetry any = new OrderedRetry(tasks::add);
        TestRequest first = new TestRequest("first");
        any.submit(first);
        any.hold();
        for (int i = 0; i < 2000; i++) {
            any.submit(new TestRequest("waiting"));
        }

        first.answer.complete(true);
        int turns = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            turns++;
        }

        assertThat(sent).hasSize(2001);
        assertThat(turns).isGreaterThan(1);
    }

    @Test
    void requestsThatNeedADelayShareOne() {
        CompletableFuture<Void> end = new CompletableFuture<>();
        TestRequest a = submit("a");
        TestRequest b = submit("b");
        retry.holdUntil(() -> end);
        retry.holdUntil(() -> {
            throw new AssertionError("a second delay");
        });
        a.answer.complete(false);
        b.answer.complete(false);
        assertThat(sent).containsExactly("a", "b");

        end.complete(null);

        assertThat(sent).containsExactly("a", "b", "a", "b");
    }

    @Test
    void boundsTheRequestsInFlight() {
        List<TestRequest> all = new ArrayList<>();
        for (int i = 0; i < OrderedRetry.MAX_IN_FLIGHT + 10; i++) {
            all.add(submit(Integer.toString(i)));
        }
        assertThat(sent).hasSize(OrderedRetry.MAX_IN_FLIGHT);

        for (int i = 0; i < OrderedRetry.MAX_IN_FLIGHT / 2; i++) {
            all.get(i).answer.complete(true);
        }

        assertThat(sent.stream().map(Integer::parseInt)).hasSize(all.size()).isSorted();
    }

    @Test
    void resendsInOrderWhenManyRequestsWait() {
        List<TestRequest> all = new ArrayList<>();
        for (int i = 0; i < OrderedRetry.MAX_IN_FLIGHT + 10; i++) {
            all.add(submit(Integer.toString(i)));
        }
        for (TestRequest request : List.copyOf(all).subList(0, OrderedRetry.MAX_IN_FLIGHT)) {
            request.answer.complete(false);
        }

        assertThat(sent).hasSize(2 * OrderedRetry.MAX_IN_FLIGHT);
        assertThat(sent.subList(OrderedRetry.MAX_IN_FLIGHT, sent.size()).stream()
                        .map(Integer::parseInt))
                .startsWith(0)
                .isSorted();
    }

    @Test
    void settlesEveryRequestOnceAndInOrderWithRandomReplies() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Integer> settled = new ArrayList<>();
        List<Runnable> answers = new ArrayList<>();
        int[] version = {0};
        int[] learned = {0};
        OrderedRetry any = new OrderedRetry(Runnable::run);

        for (int i = 0; i < 2000; i++) {
            int number = i;
            any.submit(in -> {
                int known = learned[0];
                CompletableFuture<Boolean> answer = new CompletableFuture<>();
                answers.add(() -> {
                    boolean fresh = known == version[0];
                    if (fresh) {
                        settled.add(number);
                    } else {
                        learned[0] = version[0];
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
