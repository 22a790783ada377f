package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.testing.connection.ConnectionLog;
import io.channels4j.testing.connection.RequestTarget;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A WebSocket client and server for tests: connects to an application without a socket.
 *
 * {@snippet class="io.channels4j.testing.CommunicatorSnippetsTest" region="websocket"}
 *
 * <p>Like a server, it rejects events that violate the protocol. The test then fails. When either side ends the
 * connection, it sends the application one disconnect event. Events that the application sends after the end fail with
 * {@link io.channels4j.ConnectionClosedException}, as on any server. They appear only in the log.
 *
 * <p><b>Failure.</b> A failure of the application is thrown by a later call that waits. Expected events that were sent
 * before the failure are received first. Unchecked exceptions are thrown unchanged. A call that times out throws an
 * {@link AssertionError} with the log of the connection. The application keeps running, and the test may continue.
 *
 * <p><b>Threads.</b> Thread-safe. Calls that wait for the application block. The application's callbacks run on the
 * connection's executor, whose threads must not block.
 */
public final class WebsocketCommunicator extends Communicator implements WebsocketPeer {

    private static final Set<String> SCHEMES = Set.of("ws", "wss");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FORBIDDEN = 403;

    private @Nullable Handshake handshake;

    /** Whether this side has closed the connection. Sending afterwards is an error in the test. */
    private volatile boolean left;

    private WebsocketCommunicator(Builder builder, ScopeBuilder facts) {
        super(builder, facts);
    }

    /**
     * Returns a builder.
     *
     * @param application the application to test
     * @param path a path with an optional query, such as {@code "/ws/chat/lobby/?token=x"}, or a WebSocket URL
     * @return the builder
     * @throws IllegalArgumentException if the text is not a valid path or URL
     */
    public static Builder builder(Application application, String path) {
        return new Builder(application, path);
    }

    /**
     * Requests a connection and waits for the response. Later calls return the same response.
     *
     * @return the response
     * @throws AssertionError if the application neither accepts nor rejects the connection in time
     */
    @Override
    public synchronized Handshake connect() {
        if (handshake == null) {
            if (!connection().isStarted()) {
                connection().give(new WebSocketConnect());
            }
            handshake = answer();
        }
        return handshake;
    }

    private Handshake answer() {
        Event answer =
                take("connect", "websocket.accept, websocket.close or a response", WebsocketCommunicator::answers);
        if (answer instanceof WebSocketAccept accept) {
            return new Handshake(
                    true,
                    accept.chosenSubprotocol(),
                    SWITCHING_PROTOCOLS,
                    accept.headers(),
                    OptionalInt.empty(),
                    new byte[0]);
        }
        if (answer instanceof WebSocketResponseStart start) {
            return new Handshake(
                    false, Optional.empty(), start.status(), start.headers(), OptionalInt.empty(), denialBody());
        }
        int code = ((WebSocketClose) answer).status().code();
        return new Handshake(false, Optional.empty(), FORBIDDEN, Headers.empty(), OptionalInt.of(code), new byte[0]);
    }

    private static boolean answers(Event event) {
        return event instanceof WebSocketAccept
                || event instanceof WebSocketClose
                || event instanceof WebSocketResponseStart;
    }

    private byte[] denialBody() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        WebSocketResponseBody part;
        do {
            part = (WebSocketResponseBody)
                    take("connect", "the response's body", WebSocketResponseBody.class::isInstance);
            body.writeBytes(part.body());
        } while (part.more());
        return body.toByteArray();
    }

    /**
     * Sends a text message. The message is dropped if the application has closed the connection, as in a browser.
     *
     * @param text the text, which may be empty
     * @throws IllegalStateException if {@link #connect()} has not been accepted, or after {@link #disconnect()}
     */
    @Override
    public void sendTo(String text) {
        give(WebSocketReceive.text(text));
    }

    /**
     * Sends a binary message, like {@link #sendTo(String)}.
     *
     * @param bytes the bytes, which may be empty
     * @throws IllegalStateException if {@link #connect()} has not been accepted, or after {@link #disconnect()}
     */
    @Override
    public void sendTo(byte[] bytes) {
        give(WebSocketReceive.binary(bytes.clone()));
    }

    /**
     * Sends an object as JSON text, like {@link #sendTo(String)}.
     *
     * @param content the object, written with the builder's mapper
     * @throws IllegalStateException if {@link #connect()} has not been accepted, or after {@link #disconnect()}
     */
    @Override
    public void sendJsonTo(Object content) {
        give(WebSocketReceive.text(connection().scope().jsonMapper().writeValueAsBytes(content)));
    }

    private void give(WebSocketReceive message) {
        requireOpen("sendTo");
        connection().give(message);
    }

    private synchronized void requireOpen(String call) {
        if (handshake == null || !handshake.accepted()) {
            throw new IllegalStateException("%s: %s (expected: an open connection)%s"
                    .formatted(
                            call,
                            handshake == null
                                    ? "connect() was not called or had no answer"
                                    : "the connection was rejected",
                            connection().log()));
        }
        if (left) {
            throw new IllegalStateException("%s: this side has closed the connection (expected: an open connection)%s"
                    .formatted(call, connection().log()));
        }
    }

    /**
     * Receives a text message. Other events stay in the queue.
     *
     * @return the text
     * @throws AssertionError if something else is received, or nothing is received in time
     */
    @Override
    public String receiveFrom() {
        return receiveText("receiveFrom").text();
    }

    /**
     * Receives a binary message. Other events stay in the queue.
     *
     * @return the bytes
     * @throws AssertionError if something else is received, or nothing is received in time
     */
    @Override
    public byte[] receiveBytesFrom() {
        Event message = take(
                "receiveBytesFrom", "a binary message", event -> event instanceof WebSocketSend send && !send.isText());
        return ((WebSocketSend) message).bytes().clone();
    }

    /**
     * Receives a text message that is JSON. Other events stay in the queue.
     *
     * @return the JSON
     * @throws AssertionError if something else is received, or nothing is received in time
     */
    @Override
    public JsonNode receiveJsonFrom() {
        WebSocketSend message = receiveText("receiveJsonFrom");
        try {
            return connection().scope().jsonMapper().readTree(message.bytes());
        } catch (tools.jackson.core.JacksonException e) {
            AssertionError failed = connection()
                    .failed("receiveJsonFrom: %s (expected: JSON)".formatted(ConnectionLog.describe(message)));
            failed.initCause(e);
            throw failed;
        }
    }

    private WebSocketSend receiveText(String call) {
        return (WebSocketSend)
                take(call, "a text message", event -> event instanceof WebSocketSend send && send.isText());
    }

    /**
     * Receives the application's close frame. Messages stay in the queue.
     *
     * @return its code and reason
     * @throws AssertionError if something else is received, or nothing is received in time
     */
    @Override
    public CloseStatus receiveClose() {
        return ((WebSocketClose) take("receiveClose", "websocket.close", WebSocketClose.class::isInstance)).status();
    }

    private Event take(String call, String expected, Predicate<Event> fits) {
        return connection().take(call, expected, fits, timeout());
    }

    /** Closes the connection with code 1000 and waits until the application has ended, like {@link #disconnect(int)}. */
    @Override
    public void disconnect() {
        disconnect(CloseStatus.NORMAL.code());
    }

    /**
     * Closes the connection and waits until the application has ended. If the connection has already ended, only waits.
     *
     * @param code the close code. 1005 stands for a close frame without a code, and 1006 for a lost connection.
     * @throws IllegalArgumentException if a peer cannot send this code
     * @throws AssertionError if the application is still running after the timeout
     */
    @Override
    public void disconnect(int code) {
        hangUp(code);
        connection().awaitEnd("disconnect", timeout());
    }

    private void hangUp(int code) {
        if (code != CloseStatus.NO_STATUS_CODE && code != CloseStatus.ABNORMAL_CODE) {
            CloseStatus.of(code);
        }
        if (!connection().isStarted()) {
            throw new IllegalStateException("disconnect: connect() was not called");
        }
        left = true;
        connection().give(new WebSocketDisconnect(code, ""));
    }

    /**
     * Returns the disconnect event for a browser that leaves the page. Returns null if the connection has not been
     * accepted.
     */
    @Override
    synchronized @Nullable Event goodbye() {
        left = true;
        return handshake != null && handshake.accepted()
                ? new WebSocketDisconnect(CloseStatus.GOING_AWAY.code(), "")
                : null;
    }

    /** Builds a communicator. Not thread-safe. */
    public static final class Builder extends CommunicatorBuilder<Builder> {

        private final RequestTarget target;
        private List<String> subprotocols = List.of();

        private Builder(Application application, String path) {
            super(application);
            target = RequestTarget.parse(path, SCHEMES);
            facts();
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the subprotocols to offer. None by default.
         *
         * @param offered the subprotocols, in order of preference
         * @return this builder
         */
        public Builder subprotocols(String... offered) {
            subprotocols = List.of(offered);
            return this;
        }

        private ScopeBuilder facts() {
            ScopeBuilder facts = Scope.builder("websocket")
                    .extensions(Map.of(WebSocketResponseStart.EXTENSION, Map.of()))
                    .subprotocols(subprotocols)
                    .headers(target.headers(headers()));
            return target.apply(facts);
        }

        /**
         * Returns the communicator. The application starts with {@link WebsocketCommunicator#connect()}.
         *
         * @return a new communicator
         */
        public WebsocketCommunicator build() {
            return new WebsocketCommunicator(this, facts());
        }
    }
}
