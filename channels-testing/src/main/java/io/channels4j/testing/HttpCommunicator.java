package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.http.ServerSentEvent;
import io.channels4j.internal.StandardJson;
import io.channels4j.testing.connection.EventStreamReader;
import io.channels4j.testing.connection.RequestTarget;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An HTTP client and server for tests: sends one request to an application without a socket.
 *
 * {@snippet class="io.channels4j.testing.CommunicatorSnippetsTest" region="http"}
 *
 * <p>Most tests need only {@link #getResponse()}. To send a request in parts, call {@link #sendBody}. To receive a
 * response in parts, call {@link #receiveHead()} and {@link #receivePart()}.
 *
 * <p>Like a server, it rejects events that violate the protocol. The test then fails. It sends the application one
 * disconnect event when the response is complete or the peer disconnects.
 *
 * <p><b>Failure.</b> A failure of the application is thrown by a later call that waits. Expected events that were sent
 * before the failure are received first. Unchecked exceptions are thrown unchanged. A call that times out throws an
 * {@link AssertionError} with the log of the connection. The application keeps running, and the test may continue.
 *
 * <p><b>Threads.</b> Thread-safe. Calls that wait for the application block. The application's callbacks run on the
 * connection's executor, whose threads must not block.
 */
public final class HttpCommunicator extends Communicator {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final byte[] body;
    private @Nullable HttpResponseStart head;
    private final EventStreamReader events = new EventStreamReader();
    private boolean complete;

    private HttpCommunicator(Builder builder, ScopeBuilder facts) {
        super(builder, facts);
        body = builder.body;
    }

    /**
     * A response.
     *
     * @param status the status
     * @param headers the headers
     * @param body the body
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by content below
    public record Response(int status, Headers headers, byte[] body) {

        /**
         * Returns the body as text.
         *
         * @return the body, decoded as UTF-8
         */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /**
         * Returns the body as JSON.
         *
         * @return the JSON
         * @throws tools.jackson.core.JacksonException if the body is not JSON
         */
        public JsonNode json() {
            return StandardJson.MAPPER.readTree(body);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Response that
                    && status == that.status
                    && headers.equals(that.headers)
                    && Arrays.equals(body, that.body);
        }

        @Override
        public int hashCode() {
            return Objects.hash(status, headers, Arrays.hashCode(body));
        }
    }

    /**
     * Returns a builder.
     *
     * @param application the application to test
     * @param method the method, such as {@code "GET"}
     * @param path a path with an optional query, such as {@code "/rooms/?page=2"}, or an HTTP or HTTPS URL
     * @return the builder
     * @throws IllegalArgumentException if the text is not a valid path or URL
     */
    public static Builder builder(Application application, String method, String path) {
        return new Builder(application, method, path);
    }

    /**
     * Sends the request unless it has already been sent, and waits until the response is complete.
     *
     * @return the response. Its body excludes parts that were received before.
     * @throws AssertionError if the response is not complete in time
     */
    public synchronized Response getResponse() {
        HttpResponseStart start = head();
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        while (!complete) {
            rest.writeBytes(part());
        }
        return new Response(start.status(), start.headers(), rest.toByteArray());
    }

    /**
     * Sends a part of the request's body, instead of the body set in the builder.
     *
     * @param bytes the bytes; may be empty
     * @param more whether more parts follow
     */
    public void sendBody(byte[] bytes, boolean more) {
        connection().give(new HttpRequest(bytes.clone(), more));
    }

    /**
     * Sends the request unless it has already been sent, and waits for the start of the response.
     *
     * @return the status and the headers, with an empty body
     * @throws AssertionError if the response does not start in time
     */
    public synchronized Response receiveHead() {
        HttpResponseStart start = head();
        return new Response(start.status(), start.headers(), new byte[0]);
    }

    /**
     * Waits for the next part of the response's body.
     *
     * @return the bytes, as the application sent them
     * @throws AssertionError if no part arrives in time
     * @throws IllegalStateException if the response is complete
     */
    public synchronized byte[] receivePart() {
        head();
        if (complete) {
            throw new IllegalStateException("receivePart: the response is complete (expected: more parts)"
                    + connection().log());
        }
        return part();
    }

    /**
     * Waits for the next server-sent event. Comments, such as heartbeats, are skipped.
     *
     * @return the event
     * @throws AssertionError if no event arrives in time, or the response is not an event stream @throws
     *     IllegalStateException if the response is complete and contains no more events
     */
    public synchronized ServerSentEvent receiveEvent() {
        String type = head().headers().first("content-type").orElse("none");
        if (!type.startsWith("text/event-stream")) {
            throw new AssertionError("receiveEvent: content-type %s (expected: text/event-stream)%s"
                    .formatted(type, connection().log()));
        }
        ServerSentEvent event = events.next();
        while (event == null) {
            events.read(receivePart());
            event = events.next();
        }
        return event;
    }

    /**
     * Returns whether the last part of the response has been received.
     *
     * @return true if it has been received
     */
    public synchronized boolean complete() {
        return complete;
    }

    /**
     * Disconnects like a peer that cancels its request, and waits until the application has ended.
     *
     * @throws AssertionError if the application is still running after the timeout
     */
    public void disconnect() {
        connection().give(new HttpDisconnect());
        connection().awaitEnd("disconnect", timeout());
    }

    private HttpResponseStart head() {
        if (!connection().isStarted()) {
            sendBody(body, false);
        }
        if (head == null) {
            head = (HttpResponseStart) connection()
                    .take("response", "http.response.start", HttpResponseStart.class::isInstance, timeout());
        }
        return head;
    }

    private byte[] part() {
        HttpResponseBody part = (HttpResponseBody)
                connection().take("response", "http.response.body", HttpResponseBody.class::isInstance, timeout());
        complete = !part.more();
        return part.body();
    }

    /** Builds a communicator. Not thread-safe. */
    public static final class Builder extends CommunicatorBuilder<Builder> {

        private final String method;
        private final RequestTarget target;
        private byte[] body = new byte[0];

        private Builder(Application application, String method, String path) {
            super(application);
            this.method = method;
            this.target = RequestTarget.parse(path, SCHEMES);
            facts();
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the request's body. Empty by default.
         *
         * @param bytes the bytes, copied
         * @return this builder
         */
        public Builder body(byte[] bytes) {
            body = bytes.clone();
            return this;
        }

        /**
         * Sets the request's body.
         *
         * @param text the text, sent as UTF-8
         * @return this builder
         */
        public Builder body(String text) {
            body = text.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        private ScopeBuilder facts() {
            return target.apply(Scope.builder("http").method(method).headers(target.headers(headers())));
        }

        /**
         * Returns the communicator. The application starts with the request.
         *
         * @return a new communicator
         */
        public HttpCommunicator build() {
            return new HttpCommunicator(this, facts());
        }
    }
}
