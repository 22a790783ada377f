package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.ScopeBuilder;
import java.time.Duration;

/**
 * Exchanges single events with an application, for protocols and situations that the other communicators do not cover.
 *
 * {@snippet class="io.channels4j.testing.CommunicatorSnippetsTest" region="application"}
 *
 * <p>Like a server, it rejects events that violate the protocol of the scope's type. The test then fails. It sends the
 * application the last event when the application closes a WebSocket or completes a response.
 *
 * <p><b>Failure.</b> A failure of the application is thrown by a later call that waits. Expected events that were sent
 * before the failure are received first. Unchecked exceptions are thrown unchanged. A call that times out throws an
 * {@link AssertionError} with the log of the connection. The application keeps running, and the test may continue.
 *
 * <p><b>Threads.</b> Thread-safe. Calls that wait for the application block. The application's callbacks run on the
 * connection's executor, whose threads must not block.
 */
public final class ApplicationCommunicator extends Communicator {

    private ApplicationCommunicator(Builder builder) {
        super(builder, builder.facts);
    }

    /**
     * Returns a builder.
     *
     * @param application the application to test
     * @param scope the builder of the connection's scope; do not use it elsewhere
     * @return the builder
     */
    public static Builder builder(Application application, ScopeBuilder scope) {
        return new Builder(application, scope);
    }

    /**
     * Sends the application an event. The first event starts the application. After the connection has ended, the event is dropped.
     *
     * @param event the event
     */
    public void sendInput(Event event) {
        connection().give(event);
    }

    /**
     * Receives the next event from the application.
     *
     * @return the event
     * @throws AssertionError if no event arrives in time
     */
    public Event receiveOutput() {
        return receiveOutput(timeout());
    }

    /**
     * Receives the next event from the application.
     *
     * @param time how long to wait
     * @return the event
     * @throws AssertionError if no event arrives in time
     */
    public Event receiveOutput(Duration time) {
        return connection().take("receiveOutput", "an event", event -> true, time);
    }

    /**
     * Waits until the application has ended.
     *
     * @throws AssertionError if the application is still running after the timeout
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
