package io.channels4j.redis.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class LaneTest {

    private final List<String> sent = new ArrayList<>();
    private final Lane lane = new Lane(() -> sent.add("repair"));

    /** A request whose answers the test gives. */
    private final class Asked implements Lane.Step {

        final String name;
        CompletableFuture<Boolean> answer = new CompletableFuture<>();

        Asked(String name) {
            this.name = name;
        }

        @Override
        public CompletableFuture<Boolean> attempt(Lane in) {
            sent.add(name);
            answer = new CompletableFuture<>();
            return answer;
        }
    }

    private Asked submit(String name) {
        Asked step = new Asked(name);
        lane.submit(step);
        return step;
    }

    @Test
    void requestsAreSentAtOnceWhileAllIsWell() {
        submit("a");
        submit("b");

        assertThat(sent).containsExactly("a", "b");
    }

    @Test
    void laterRequestsWaitUntilAllUnderWayAreBack() {
        Asked a = submit("a");
        Asked b = submit("b");
        a.answer.complete(false);
        submit("c");
        assertThat(sent).containsExactly("a", "b");

        b.answer.complete(false);

        assertThat(sent).containsExactly("a", "b", "repair", "a", "b", "c");
    }

    @Test
    void oneThatIsSettledIsNotSentAgain() {
        Asked a = submit("a");
        Asked b = submit("b");
        a.answer.complete(false);
        b.answer.complete(true);

        assertThat(sent).containsExactly("a", "b", "repair", "a");
    }

    @Test
    void orderIsKeptWhateverTheOrderOfAnswers() {
        Asked a = submit("a");
        Asked b = submit("b");
        b.answer.complete(false);
        a.answer.complete(false);

        assertThat(sent).containsExactly("a", "b", "repair", "a", "b");
    }

    @Test
    void secondRepairFollowsAFailedOne() {
        Asked a = submit("a");
        a.answer.complete(false);
        Asked b = submit("b");
        a.answer.complete(false);
        assertThat(sent).containsExactly("a", "repair", "a", "b");
        submit("c");

        b.answer.complete(true);

        assertThat(sent).containsExactly("a", "repair", "a", "b", "repair", "a", "c");
    }

    @Test
    void heldLaneGoesOnWhenWhoHeldItGivesUp() {
        Asked a = submit("a");
        lane.hold();
        submit("b");
        assertThat(sent).containsExactly("a");

        a.answer.complete(true);

        assertThat(sent).containsExactly("a", "b");
    }

    @Test
    void everyRequestIsSettledOnceInOrderHoweverAnswersCome() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Integer> settled = new ArrayList<>();
        List<Runnable> answers = new ArrayList<>();
        int[] version = {0};
        int[] learned = {0};
        Lane any = new Lane(() -> learned[0] = version[0]);

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
