package io.channels4j.testing;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.internal.Durations;
import io.channels4j.internal.StandardJson;
import io.channels4j.websocket.CloseStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A blocking WebSocket client for tests over sockets, based on the JDK's client.
 *
 * {@snippet class="io.channels4j.testing.LiveServerTest" region="live"}
 *
 * <p>The JDK's client has limitations. The {@link Handshake} of an accepted connection has no headers. Close codes such as 1002 and
 * 1012 cannot be sent. Calls wait at most 5 seconds by default.
 */
public final class LiveWebsocket implements WebsocketPeer {

    private static final int SWITCHING_PROTOCOLS = 101;

    private final URI address;
    private final WebSocket.Builder builder;
    private final Duration timeout;
    private final JsonMapper jsonMapper;
    private final SocketInbox inbox = new SocketInbox();
    private @Nullable Handshake handshake;
    private @Nullable WebSocket socket;
    private boolean left;

    private LiveWebsocket(Builder choices) {
        address = choices.address;
        timeout = choices.timeout;
        jsonMapper = choices.jsonMapper;
        builder = Clients.HTTP.newWebSocketBuilder().connectTimeout(timeout);
        for (int i = 0; i < choices.headers.size(); i += 2) {
            builder.header(choices.headers.get(i), choices.headers.get(i + 1));
        }
        if (choices.subprotocols.length > 0) {
            String[] others = Arrays.copyOfRange(choices.subprotocols, 1, choices.subprotocols.length);
            builder.subprotocols(choices.subprotocols[0], others);
        }
    }

    /**
     * Returns a builder.
     *
     * @param address the address, such as one returned by {@link LiveServer#websocket}
     * @return the builder
     * @throws IllegalArgumentException if the scheme is not {@code ws} or {@code wss}
     */
    public static Builder builder(URI address) {
        String scheme = address.getScheme();
        if (!"ws".equalsIgnoreCase(scheme) && !"wss".equalsIgnoreCase(scheme)) {
            throw new IllegalArgumentException("address: %s (expected: ws:// or wss://)".formatted(address));
        }
        return new Builder(address);
    }

    @Override
    public synchronized Handshake connect() {
        if (handshake == null) {
            try {
                WebSocket open = await("connect", builder.buildAsync(address, inbox));
                socket = open;
                handshake = accepted(open.getSubprotocol());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof WebSocketHandshakeException rejected) || rejected.getResponse() == null) {
                    throw new ChannelsException("connect: no answer from %s".formatted(address), e.getCause());
                }
                handshake = rejected(rejected.getResponse());
            }
        }
        return handshake;
    }

    private static Handshake accepted(String subprotocol) {
        Optional<String> chosen = subprotocol.isEmpty() ? Optional.empty() : Optional.of(subprotocol);
        return new Handshake(true, chosen, SWITCHING_PROTOCOLS, Headers.empty(), OptionalInt.empty(), new byte[0]);
    }

    private static Handshake rejected(HttpResponse<?> response) {
        Headers.Builder headers = Headers.builder();
        response.headers().map().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        String body = response.body() instanceof String text ? text : "";
        return new Handshake(
                false,
                Optional.empty(),
                response.statusCode(),
                headers.build(),
                OptionalInt.empty(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void sendTo(String text) {
        send("sendTo", open("sendTo").sendText(text, true));
    }

    @Override
    public void sendTo(byte[] bytes) {
        send("sendTo", open("sendTo").sendBinary(ByteBuffer.wrap(bytes.clone()), true));
    }

    @Override
    public void sendJsonTo(Object content) {
        send("sendJsonTo", open("sendJsonTo").sendText(jsonMapper.writeValueAsString(content), true));
    }

    /** Drops the message if the peer has closed the connection, as a browser does. */
    private void send(String call, CompletableFuture<WebSocket> sent) {
        try {
            await(call, sent);
        } catch (ExecutionException e) {
            if (!inbox.hasEnded()) {
                throw new ChannelsException("%s: nothing was sent".formatted(call), e.getCause());
            }
        }
    }

    private synchronized WebSocket open(String call) {
        WebSocket open = socket;
        if (open == null || left) {
            throw new IllegalStateException("%s: %s (expected: an open connection)"
                    .formatted(call, left ? "this side has closed the connection" : "connect() was not accepted"));
        }
        return open;
    }

    @Override
    public String receiveFrom() {
        return inbox.take("receiveFrom", String.class, "a text message", timeout);
    }

    @Override
    public byte[] receiveBytesFrom() {
        return inbox.take("receiveBytesFrom", byte[].class, "a binary message", timeout);
    }

    @Override
    public JsonNode receiveJsonFrom() {
        String text = inbox.take("receiveJsonFrom", String.class, "a text message", timeout);
        try {
            return jsonMapper.readTree(text);
        } catch (JacksonException e) {
            throw new AssertionError("receiveJsonFrom: \"%s\" (expected: JSON)".formatted(text), e);
        }
    }

    @Override
    public CloseStatus receiveClose() {
        return inbox.take("receiveClose", CloseStatus.class, "a close frame", timeout);
    }

    @Override
    public boolean receiveNothing() {
        return receiveNothing(TestTimeouts.SILENCE);
    }

    @Override
    public boolean receiveNothing(Duration time) {
        return inbox.isSilent(time);
    }

    @Override
    public void disconnect() {
        disconnect(CloseStatus.NORMAL.code());
    }

    /**
     * Closes the connection and waits until it has ended.
     *
     * @param code the close code: 1000, 1001, 1008, 1011, or from 3000 to 4999. The code 1006 closes the connection
     *     without a close frame and without waiting.
     * @throws IllegalArgumentException if the JDK's client cannot send this code
     */
    @Override
    public void disconnect(int code) {
        WebSocket open = leave();
        if (code == CloseStatus.ABNORMAL_CODE) {
            open.abort();
            return;
        }
        send("disconnect", open.sendClose(code, ""));
        inbox.awaitEnd("disconnect", timeout);
    }

    private synchronized WebSocket leave() {
        WebSocket open = open("disconnect");
        left = true;
        return open;
    }

    @Override
    public synchronized void close() {
        if (socket != null) {
            left = true;
            socket.abort();
        }
    }

    private <T> T await(String call, CompletableFuture<T> stage) throws ExecutionException {
        try {
            return stage.get(Durations.millis(timeout), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("%s: no answer within %s".formatted(call, timeout), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelsException("%s: interrupted".formatted(call), e);
        }
    }

    /** The HTTP client for all connections, created lazily. Its threads are daemons. */
    private static final class Clients {
        private static final HttpClient HTTP = HttpClient.newHttpClient();
    }

    /** Builds a client. Not thread-safe. */
    public static final class Builder {

        private final URI address;
        private final List<String> headers = new ArrayList<>();
        private String[] subprotocols = {};
        private Duration timeout = TestTimeouts.timeout();
        private JsonMapper jsonMapper = StandardJson.MAPPER;

        private Builder(URI address) {
            this.address = address;
        }

        /**
         * Adds a header to the request.
         *
         * @param name the name
         * @param value the value
         * @return this builder
         */
        public Builder header(String name, String value) {
            headers.add(name);
            headers.add(value);
            return this;
        }

        /**
         * Sets the subprotocols to offer. None by default.
         *
         * @param offered the subprotocols, in order of preference
         * @return this builder
         */
        public Builder subprotocols(String... offered) {
            subprotocols = offered.clone();
            return this;
        }

        /**
         * Sets how long calls wait. The default is the system property {@code channels.test.timeout}, such as {@code 10s}, or 5
         * seconds.
         *
         * @param limit the time, more than zero
         * @return this builder
         */
        public Builder timeout(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("timeout: %s (expected: more than zero)".formatted(limit));
            }
            timeout = limit;
            return this;
        }

        /**
         * Sets the mapper for {@link LiveWebsocket#sendJsonTo} and {@link LiveWebsocket#receiveJsonFrom}. A mapper with the library's
         * settings by default.
         *
         * @param mapper the mapper
         * @return this builder
         */
        public Builder jsonMapper(JsonMapper mapper) {
            jsonMapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /**
         * Returns the client. It connects with {@link LiveWebsocket#connect()}.
         *
         * @return a new client
         */
        public LiveWebsocket build() {
            return new LiveWebsocket(this);
        }
    }
}
