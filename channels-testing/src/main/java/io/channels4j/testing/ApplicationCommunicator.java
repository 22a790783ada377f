package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.ScopeBuilder;
import java.time.Duration;

/**
 * Gives an application single events and takes what it sends, for protocols and cases that the other communicators do not know.
 *
 * {@snippet class="io.channels4j.testing.CommunicatorSnippetsTest" region="application"}
 *
 * <p>It plays the server's part: what does not fit the protocol of the scope's type is refused and fails the test, and when the
 * application closes a WebSocket or completes a response, the last event follows by itself. A failure of the application is
 * thrown by the next call that waits, behind what the application sent before; its unchecked exceptions as they are.
 *
 * <p>A time-out is an {@link AssertionError} that shows the history of the connection. The application goes on, and so may the
 * test.
 *
 * <p><b>Threads.</b> Thread-safe; calls block. The application's callbacks run on an executor of this connection, whose threads
 * must not wait.
 */
public final class ApplicationCommunicator extends Communicator {

    private ApplicationCommunicator(Builder builder) {
        super(builder, builder.facts);
    }

    /**
     * Returns a builder.
     *
     * @param application the application to test
     * @param scope the facts of the connection; not to be used elsewhere
     * @return the builder
     */
    public static Builder builder(Application application, ScopeBuilder scope) {
        return new Builder(application, scope);
    }

    /**
     * Gives the application an event; the first one starts it. After the connection's end an event is left out.
     *
     * @param event the event
     */
    public void sendInput(Event event) {
        connection().give(event);
    }

    /**
     * Takes the next event that the application sends.
     *
     * @return the event
     * @throws AssertionError when there is none in time
     */
    public Event receiveOutput() {
        return receiveOutput(timeout());
    }

    /**
     * Takes the next event that the application sends.
     *
     * @param time how long to wait for it
     * @return the event
     * @throws AssertionError when there is none in time
     */
    public Event receiveOutput(Duration time) {
        return connection().take("receiveOutput", "an event", event -> true, time);
    }

    /**
     * Waits for the application's end.
     *
     * @throws AssertionError when it goes on for longer
     */
    public void awaitEnd() {
        connection().awaitEnd("awaitEnd", timeout());
    }

    /** Builds a communicator. Not thread-safe. */
    public static final class Builder extends CommunicatorBuilder<Builder> {

        private final ScopeBuilder facts;

        private Builder(Application application, ScopeBuilder facts) {
            super(application);
            this.facts = facts;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Returns the communicator. The application starts with the first event.
         *
         * @return a new communicator
         */
        public ApplicationCommunicator build() {
            if (headers().size() > 0) {
                facts.headers(headers());
            }
            return new ApplicationCommunicator(this);
        }
    }
}
