package io.channels4j.testing.connection;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.Sender;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one connection to an application. It delivers events, validates the events that the application sends,
 * and keeps them for the test.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code NEW}</td><td>the first event is delivered</td><td>{@code OPEN}</td></tr>
 * <tr><td>{@code OPEN}</td><td>the application or the peer ended the connection</td><td>{@code CLOSED}</td></tr>
 * <tr><td>{@code OPEN}, {@code CLOSED}</td><td>the application's stage completed</td><td>{@code ENDED}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. The methods that take a limit block.
 */
public final class ApplicationConnection implements Sender {

    private static final CompletableFuture<Void> DONE = newDone();

    private enum State {
        NEW,
        OPEN,
        /** The connection has ended, but the application is still running. */
        CLOSED,
        ENDED
    }

    private final Application application;
    private final Scope scope;
    private final ServerProtocol protocol;
    private final ConnectionLog log = new ConnectionLog();
    private final Executor executor;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ApplicationOutput output;
    private final EventInbox inbox;
    private State state = State.NEW;

    /**
     * Creates a connection. The application starts with the first event.
     *
     * @param application the application
     * @param facts the properties of the connection
     * @param timed returns the executor of the connection, which may add a clock to the given one
     */
    public ApplicationConnection(Application application, ScopeBuilder facts, UnaryOperator<Executor> timed) {
        this.application = application;
        this.executor = timed.apply(new ConnectionExecutor(this::uncaught));
        this.scope =
                facts.executor(executor).closed(closed.minimalCompletionStage()).build();
        this.protocol = ServerProtocol.of(scope.type(), scope.subprotocols());
        this.output = new ApplicationOutput(log, protocol::reportsFailure);
        this.inbox = new EventInbox(executor, output::addMisuse);
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private static CompletableFuture<Void> newDone() {
        return CompletableFuture.completedFuture(null);
    }

    // ---- called by the application ----

    @Override
    public synchronized CompletionStage<Void> send(Event event) {
        log.fromApplication(event);
        ChannelsException rejection = protocol.sent(event);
        if (rejection != null) {
            log.note("rejected: " + rejection.getMessage());
            if (!(rejection instanceof ConnectionClosedException)) {
                output.addMisuse(rejection);
            }
            return CompletableFuture.failedFuture(rejection);
        }
        output.add(event);
        Event last = protocol.last();
        if (last != null) {
            state = State.CLOSED;
            deliver(last);
            completeClosed();
        }
        return DONE;
    }

    // ---- called by the communicator, for the peer ----

    /**
     * Delivers an event to the application. The first event starts the application. After the connection has ended, the event is dropped.
     */
    public synchronized void give(Event event) {
        if (state == State.CLOSED || state == State.ENDED) {
            log.note("dropped, because the connection has ended: " + ConnectionLog.describe(event));
            return;
        }
        boolean first = state == State.NEW;
        if (first) {
            state = State.OPEN;
            log.note("application starts: " + scope);
        }
        boolean last = protocol.given(event);
        deliver(event);
        if (first) {
            executor.execute(
                    this::handle); // after deliver(), so that the application can receive the event immediately
        }
        if (last) {
            state = State.CLOSED;
            completeClosed();
        }
    }

    /**
     * Ends the connection unless it has already ended.
     *
     * @param goodbye the application's last event, or null for the event of a lost connection
     * @return true if the application has received its last event and should therefore end
     */
    public synchronized boolean lose(@Nullable Event goodbye) {
        Event last = goodbye == null ? protocol.lost() : goodbye;
        if (state == State.CLOSED || state == State.ENDED) {
            return last != null;
        }
        if (last != null) {
            give(last);
            return true;
        }
        state = State.CLOSED;
        completeClosed();
        return false;
    }

    private void handle() {
        CompletionStage<Void> served;
        try {
            served = NullChecks.handle(application, scope, inbox, this);
        } catch (Throwable e) {
            ended(e);
            return;
        }
        served.whenComplete((nothing, failure) -> ended(failure));
    }

    private void deliver(Event event) {
        log.toApplication(event);
        inbox.add(event);
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private void completeClosed() {
        executor.execute(() -> closed.complete(null));
    }

    private synchronized void ended(@Nullable Throwable thrown) {
        Throwable failure = thrown == null ? null : Stages.unwrap(thrown);
        log.note(failure == null ? "application has ended" : "application has failed: " + failure);
        String missing = protocol.missing();
        if (failure != null && !(failure instanceof ConnectionClosedException)) {
            output.addFailure(failure);
        } else if (missing != null) {
            output.addMisuse(new ChannelsException("the application ended without " + missing));
        }
        for (Event event : protocol.ended(failure)) {
            log.note("sent by the server instead: " + ConnectionLog.describe(event));
            output.add(event);
        }
        boolean wasOpen = state == State.OPEN;
        state = State.ENDED;
        if (wasOpen) {
            completeClosed();
        }
        output.end();
    }

    private void uncaught(Throwable failure) {
        log.note("a task on the connection's executor threw " + failure);
        output.addFailure(failure);
    }

    // ---- called by the test ----

    /** Returns true if the application was started. */
    public synchronized boolean isStarted() {
        return state != State.NEW;
    }

    /** Returns the scope of the connection. */
    public Scope scope() {
        return scope;
    }

    /** Returns the log of the connection. */
    public ConnectionLog log() {
        return log;
    }

    /**
     * Removes and returns the next event that the application sent.
     *
     * @param call the test's call, for error messages
     * @param expected the expected event, for error messages
     * @param fits a predicate that returns true for an expected event
     * @param limit how long to wait
     */
    public Event take(String call, String expected, Predicate<Event> fits, Duration limit) {
        return output.take(call, expected, fits, limit);
    }

    /** Returns true if the application sends nothing within the limit. Anything it sends can still be taken. */
    public boolean isSilent(Duration limit) {
        return output.isSilent(limit);
    }

    /** Waits until the application has ended. Throws the first failure that has not been thrown yet, if any. */
    public void awaitEnd(String call, Duration limit) {
        output.awaitEnd(call, limit);
    }

    /** Throws the first failure that has not been thrown yet, if any. */
    public void throwFirstFailure() {
        output.throwFirstFailure();
    }

    /** Returns an error with the log of the connection. */
    public AssertionError failed(String message) {
        return output.failed(message);
    }
}
