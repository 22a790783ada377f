package io.channels4j.control;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A control message that waits until all receivers have confirmed it.
 *
 * <p>The message is sent in rounds, at growing intervals. In each round, the layer reports the number of receivers. The
 * wait ends when that many have replied to the same round. A receiver that has died is no longer counted once the layer
 * has removed it. If a message is lost, the next round repeats it. Receivers must tolerate repeated messages.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>WAITING</td><td>all receivers of a round have replied</td><td>ENDED; fails if one of them reported a failure</td></tr>
 * <tr><td>WAITING</td><td>the first round could not be sent</td><td>ENDED; fails</td></tr>
 * <tr><td>WAITING</td><td>the time-out has passed, or {@link #fail}</td><td>ENDED; fails</td></tr>
 * <tr><td>ENDED</td><td>any</td><td>ENDED</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held when the stage completes.
 */
public final class Confirmation {

    private static final Duration FIRST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_INTERVAL = Duration.ofSeconds(5);

    private final String type;
    private final Settings settings;
    private final IntFunction<CompletionStage<Integer>> send;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Guarded by this, like all fields below. */
    private final List<Round> rounds = new ArrayList<>();

    private State state = State.WAITING;
    private Duration elapsed = Duration.ZERO;
    private Duration interval = FIRST_INTERVAL;
    private Runnable cancelTimer = () -> {};

    private enum State {
        WAITING,
        ENDED
    }

    /**
     * The parts that all confirmations of a layer share.
     *
     * @param timeout how long to wait for the replies
     * @param scheduler a function that runs a task after a delay and returns a task that cancels it
     * @param unconfirmed a function that creates the exception for a message that was not confirmed
     */
    public record Settings(
            Duration timeout,
            BiFunction<Duration, Runnable, Runnable> scheduler,
            Function<String, ChannelsException> unconfirmed) {}

    /** The replies to one round. */
    private static final class Round {

        private final Map<String, @Nullable String> failures = new HashMap<>();

        /** Negative until the message has been sent. */
        private int receivers = -1;

        boolean isComplete() {
            return receivers >= 0 && failures.size() >= receivers;
        }

        long confirmed() {
            return failures.values().stream().filter(Objects::isNull).count();
        }

        @Nullable
        String firstFailure() {
            return failures.values().stream()
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * Creates a confirmation.
     *
     * @param type the type of the message, for exceptions
     * @param send a function that sends the message in a round. Its stage completes with the number of receivers.
     */
    public Confirmation(String type, Settings settings, IntFunction<CompletionStage<Integer>> send) {
        this.type = type;
        this.settings = settings;
        this.send = send;
    }

    /** Sends the message. Returns a stage that completes when the message is confirmed, and fails after the time-out. */
    public CompletableFuture<Void> start() {
        schedule();
        sendRound();
        return ended;
    }

    private void schedule() {
        Duration delay;
        synchronized (this) {
            Duration left = settings.timeout().minus(elapsed);
            delay = interval.compareTo(left) < 0 ? interval : left;
            interval = min(interval.multipliedBy(2), MAX_INTERVAL);
            elapsed = elapsed.plus(delay);
        }
        Runnable cancel = settings.scheduler().apply(delay, this::timer);
        boolean tooLate;
        synchronized (this) {
            cancelTimer = cancel;
            tooLate = state == State.ENDED;
        }
        if (tooLate) {
            cancel.run();
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void timer() {
        String timedOut = null;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            if (elapsed.compareTo(settings.timeout()) >= 0) {
                timedOut = describe(
                        lastSent(),
                        " within %s (expected: all; the others do not respond, or run a version without confirmations)"
                                .formatted(settings.timeout()));
            }
        }
        if (timedOut != null) {
            fail(settings.unconfirmed().apply(timedOut));
        } else {
            schedule();
            sendRound();
        }
    }

    private void sendRound() {
        Round round = new Round();
        int number;
        synchronized (this) {
            number = rounds.size();
            rounds.add(round);
        }
        CompletionStage<Integer> sent;
        try {
            sent = send.apply(number);
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete((receivers, failure) -> {
            if (failure == null) {
                update(() -> round.receivers = receivers, round);
            } else if (number == 0) {
                fail(Stages.unwrap(failure));
            }
        });
    }

    /** Records a reply. */
    public void replied(ConfirmationReply reply) {
        Round round;
        synchronized (this) {
            if (reply.round() < 0 || reply.round() >= rounds.size()) {
                return;
            }
            round = rounds.get(reply.round());
        }
        update(() -> round.failures.put(reply.by(), reply.failure()), round);
    }

    private void update(Runnable change, Round round) {
        String failure;
        synchronized (this) {
            change.run();
            if (state == State.ENDED || !round.isComplete()) {
                return;
            }
            String reported = round.firstFailure();
            failure = reported == null ? null : describe(round, "; another reported: " + reported);
        }
        end(failure == null ? null : settings.unconfirmed().apply(failure));
    }

    /**
     * Returns the last round whose number of receivers is known. Returns the first round if there is none. The caller
     * must hold the lock.
     */
    private Round lastSent() {
        for (int i = rounds.size() - 1; i > 0; i--) {
            if (rounds.get(i).receivers >= 0) {
                return rounds.get(i);
            }
        }
        return rounds.get(0);
    }

    private String describe(Round round, String outcome) {
        String receivers = round.receivers < 0 ? "an unknown number of" : String.valueOf(round.receivers);
        return "control message %s: confirmed by %d of %s processes%s"
                .formatted(type, round.confirmed(), receivers, outcome);
    }

    /** Ends with a failure. */
    public void fail(Throwable failure) {
        end(failure);
    }

    private void end(@Nullable Throwable failure) {
        Runnable cancel;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            state = State.ENDED;
            cancel = cancelTimer;
        }
        cancel.run();
        Stages.complete(ended, Stages.NOTHING, failure);
    }
}
