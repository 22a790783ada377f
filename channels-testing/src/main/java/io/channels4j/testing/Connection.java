package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.Sender;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One connection as a server has it: gives the application its events, checks what it sends, and keeps that for the test.
 *
 * <p>What the application sent and what went wrong wait in one queue, so that a test meets them in the order in which they
 * happened.
 *
 * <p><b>Threads.</b> Thread-safe; the methods that take a limit block.
 */
final class Connection implements Receiver, Sender {

    private static final CompletableFuture<Void> DONE = newDone();

    private final Application application;
    private final Scope scope;
    private final Rules rules;
    private final History history = new History();
    private final EventLoop home = new EventLoop(this::uncaught);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** All below is guarded by this. */
    private final Queue<Event> inbound = new ArrayDeque<>();

    /** Events and troubles. */
    private final Deque<Object> outbound = new ArrayDeque<>();

    /** Failures that are or were in the queue. */
    private final Set<Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());

    private @Nullable CompletableFuture<Event> asked;
    private boolean answering;
    private boolean started;
    private boolean over;
    private boolean ended;

    /** Something that makes the test fail, at the place where it happened: a failure of the application, or a misuse. */
    private record Trouble(Throwable failure, boolean misuse) {}

    Connection(Application application, ScopeBuilder facts) {
        this.application = application;
        this.scope =
                facts.executor(home).closed(closed.minimalCompletionStage()).build();
        this.rules = Rules.of(scope.type(), scope.subprotocols());
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private static CompletableFuture<Void> newDone() {
        return CompletableFuture.completedFuture(null);
    }

    // ---- what the application calls ----

    @Override
    public synchronized CompletionStage<Event> receive() {
        if (asked != null) {
            ChannelsException twice =
                    new ChannelsException("receive: the stage of the call before is not complete yet");
            misuse(twice);
            return CompletableFuture.failedFuture(twice);
        }
        Event event = inbound.poll();
        if (event != null) {
            return CompletableFuture.completedFuture(event);
        }
        asked = new CompletableFuture<>();
        return asked;
    }

    @Override
    public synchronized CompletionStage<Void> send(Event event) {
        history.fromApplication(event);
        ChannelsException refusal = rules.sent(event);
        if (refusal != null) {
            history.note("refused: " + refusal.getMessage());
            if (!(refusal instanceof ConnectionClosedException)) {
                misuse(refusal);
            }
            return CompletableFuture.failedFuture(refusal);
        }
        outbound.add(event);
        Event last = rules.last();
        if (last != null) {
            finish(last);
        }
        notifyAll();
        return DONE;
    }

    // ---- what a server does ----

    /** Gives the application an event; the first one starts it. Returns false when the connection is over. */
    synchronized boolean give(Event event) {
        if (over) {
            history.note("not given to the application, since the connection is over: " + History.describe(event));
            return false;
        }
        start();
        if (rules.given(event)) {
            finish(event);
        } else {
            offer(event);
        }
        return true;
    }

    /**
     * Ends the connection unless it is over.
     *
     * @param goodbye the application's last event, or null for what it is told when the peer goes without a word
     * @return whether the application was told, so that its end can be waited for
     */
    synchronized boolean lose(@Nullable Event goodbye) {
        Event last = goodbye == null ? rules.lost() : goodbye;
        if (over) {
            return last != null;
        }
        if (last != null) {
            return give(last);
        }
        over = true;
        transportClosed();
        return false;
    }

    private void start() {
        if (!started) {
            started = true;
            history.note("application starts: " + scope);
            home.execute(this::handle);
        }
    }

    private void handle() {
        CompletionStage<Void> served;
        try {
            served = application.handle(scope, this, this);
        } catch (Throwable e) {
            ended(e);
            return;
        }
        if (served == null) {
            ended(new ChannelsException("application: handle returned null (expected: a stage)"));
            return;
        }
        served.whenComplete((nothing, failure) -> ended(failure));
    }

    private void finish(Event last) {
        over = true;
        offer(last);
        transportClosed();
    }

    private void offer(Event event) {
        history.toApplication(event);
        inbound.add(event);
        if (asked != null && !answering) {
            answering = true;
            home.execute(this::answer);
        }
    }

    private void answer() {
        CompletableFuture<Event> waiting;
        Event event;
        synchronized (this) {
            waiting = asked;
            event = inbound.poll();
            asked = null;
            answering = false;
        }
        if (waiting != null && event != null) {
            waiting.complete(event);
        }
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private void transportClosed() {
        home.execute(() -> closed.complete(null));
    }

    private synchronized void ended(@Nullable Throwable thrown) {
        Throwable failure = thrown == null ? null : unwrap(thrown);
        history.note(failure == null ? "application has ended" : "application has failed: " + failure);
        ended = true;
        String missing = rules.missing();
        if (failure != null && !(failure instanceof ConnectionClosedException)) {
            trouble(new Trouble(failure, false));
        } else if (missing != null) {
            misuse(new ChannelsException("the application ended without " + missing));
        }
        for (Event event : rules.ended(failure)) {
            history.note("the server answers instead: " + History.describe(event));
            outbound.add(event);
        }
        if (!over) {
            over = true;
            transportClosed();
        }
        notifyAll();
    }

    private synchronized void uncaught(Throwable failure) {
        history.note("a task on the connection's executor threw " + failure);
        trouble(new Trouble(failure, false));
    }

    private void misuse(ChannelsException failure) {
        trouble(new Trouble(failure, true));
    }

    private void trouble(Trouble trouble) {
        if (known.add(trouble.failure())) {
            outbound.add(trouble);
            notifyAll();
        }
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    // ---- what the test calls ----

    /** Tells whether the application was started. */
    Scope scope() {
        return scope;
    }

    synchronized boolean started() {
        return started;
    }

    History history() {
        return history;
    }

    /**
     * Takes the next event that the application sent.
     *
     * @param call what the test called, for messages
     * @param expected what it wants, for messages
     * @param fits whether an event is that
     * @param limit how long to wait
     */
    synchronized Event take(String call, String expected, Predicate<Event> fits, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean expired = deadline - System.nanoTime() <= 0;
            Object head = outbound.peek();
            if (head instanceof Event event) {
                boolean fitting = fits.test(event);
                boolean saysLittle = rules.tellsFailure(event); // the failure itself says more, and may be under way
                if (!saysLittle || ended || expired) {
                    if (saysLittle || !fitting) {
                        raiseTrouble();
                    }
                    if (!fitting) {
                        throw failed("%s: %s (expected: %s)".formatted(call, History.describe(event), expected));
                    }
                    outbound.remove();
                    return event;
                }
            } else {
                raiseTrouble();
                if (ended) {
                    throw failed("%s: the application has ended (expected: %s)".formatted(call, expected));
                }
            }
            if (expired) {
                throw failed("%s: nothing within %s (expected: %s)".formatted(call, show(limit), expected));
            }
            await(deadline);
        }
    }

    /** Tells whether the application sends nothing for a time; what it sends stays to be taken. */
    synchronized boolean nothing(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (outbound.isEmpty() && !ended && deadline - System.nanoTime() > 0) {
            await(deadline);
        }
        if (outbound.peek() instanceof Trouble) {
            raiseTrouble();
        }
        return outbound.isEmpty();
    }

    /** Waits for the application's end and fails with what went wrong and was not told yet. */
    synchronized void awaitEnd(String call, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!ended && deadline - System.nanoTime() > 0) {
            await(deadline);
        }
        raiseTrouble();
        if (!ended) {
            throw failed(
                    "%s: the application is still running after %s (expected: its end)".formatted(call, show(limit)));
        }
    }

    /** Fails with the first trouble that was not told yet, if there is one. */
    synchronized void raiseTrouble() {
        for (Iterator<Object> items = outbound.iterator(); items.hasNext(); ) {
            if (items.next() instanceof Trouble trouble) {
                items.remove();
                throw raised(trouble);
            }
        }
    }

    /** What the application failed with reaches the test as it is, if it can; a misuse that was found here fails the test. */
    private RuntimeException raised(Trouble trouble) {
        Throwable failure = trouble.failure();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException unchecked && !trouble.misuse()) {
            return unchecked;
        }
        String message = trouble.misuse() ? failure.getMessage() : "the application failed: " + failure;
        throw new AssertionError(message + history, failure);
    }

    AssertionError failed(String message) {
        return new AssertionError(message + history);
    }

    private void await(long deadline) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelsException("communicator: interrupted while waiting for the application", e);
        }
    }

    private static String show(Duration limit) {
        return limit.toMillis() + " ms";
    }
}
