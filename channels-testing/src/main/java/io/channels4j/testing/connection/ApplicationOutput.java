package io.channels4j.testing.connection;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One queue with the events that an application sent and the failures of its connection. A test receives them in order.
 * A call that meets an unexpected event, or waits for the end, throws the first failure instead.
 *
 * <p><b>Threads.</b> Thread-safe. The methods that take a limit block.
 */
final class ApplicationOutput {

    private final ConnectionLog log;
    private final Predicate<Event> reportsFailure;
    private final Deque<Object> items = new ArrayDeque<>();
    private final Set<Throwable> knownFailures = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean ended;

    /**
     * A failure to be reported to the test. A misuse was detected by the connection. Other failures come from the
     * application.
     */
    private record Failure(Throwable cause, boolean misuse) {}

    /**
     * Creates an empty queue.
     *
     * @param reportsFailure a predicate that returns true for an event that is sent because of a failure. The failure
     *     may be added later.
     */
    ApplicationOutput(ConnectionLog log, Predicate<Event> reportsFailure) {
        this.log = log;
        this.reportsFailure = reportsFailure;
    }

    synchronized void add(Event event) {
        items.add(event);
        notifyAll();
    }

    /** Adds an application failure. */
    void addFailure(Throwable cause) {
        add(new Failure(cause, false));
    }

    /** Adds a protocol violation by the application. */
    void addMisuse(ChannelsException cause) {
        add(new Failure(cause, true));
    }

    private synchronized void add(Failure failure) {
        if (knownFailures.add(failure.cause())) {
            items.add(failure);
            notifyAll();
        }
    }

    /** Records that the application has ended and sends nothing more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Removes the next event.
     *
     * @param call the test's call, for error messages
     * @param expected the expected event, for error messages
     * @param fits a predicate that returns true for an expected event
     * @param limit how long to wait
     */
    synchronized Event take(String call, String expected, Predicate<Event> fits, Duration limit) {
        long deadline = System.nanoTime() + Durations.nanos(limit);
        while (true) {
            boolean expired = deadline - System.nanoTime() <= 0;
            Object head = items.peek();
            if (head instanceof Event event) {
                boolean fitting = fits.test(event);
                boolean failing = reportsFailure.test(event); // the failure is more specific but may not be queued yet
                if (!failing || ended || expired) {
                    if (failing || !fitting) {
                        throwFirstFailure();
                    }
                    if (!fitting) {
                        throw failed("%s: %s (expected: %s)".formatted(call, ConnectionLog.describe(event), expected));
                    }
                    items.remove();
                    return event;
                }
            } else {
                throwFirstFailure();
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

    /** Returns true if the application sends nothing within the limit. Events stay in the queue. */
    synchronized boolean isSilent(Duration limit) {
        long deadline = System.nanoTime() + Durations.nanos(limit);
        while (items.isEmpty() && !ended && deadline - System.nanoTime() > 0) {
            await(deadline);
        }
        if (items.peek() instanceof Failure) {
            throwFirstFailure();
        }
        return items.isEmpty();
    }

    /** Waits until the application has ended. Throws the first failure that has not been thrown yet, if any. */
    synchronized void awaitEnd(String call, Duration limit) {
        long deadline = System.nanoTime() + Durations.nanos(limit);
        while (!ended && deadline - System.nanoTime() > 0) {
            await(deadline);
        }
        throwFirstFailure();
        if (!ended) {
            throw failed(
                    "%s: the application is still running after %s (expected: its end)".formatted(call, show(limit)));
        }
    }

    /** Throws the first failure that has not been thrown yet, if there is one. */
    synchronized void throwFirstFailure() {
        for (Iterator<Object> remaining = items.iterator(); remaining.hasNext(); ) {
            if (remaining.next() instanceof Failure failure) {
                remaining.remove();
                throw exception(failure);
            }
        }
    }

    private RuntimeException exception(Failure failure) {
        Throwable cause = failure.cause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException unchecked && !failure.misuse()) {
            return unchecked;
        }
        String message = failure.misuse() ? cause.getMessage() : "the application failed: " + cause;
        throw new AssertionError(message + log, cause);
    }

    AssertionError failed(String message) {
        return new AssertionError(message + log);
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
        return Durations.millis(limit) + " ms";
    }
}
