package io.channels4j.websocket;

import io.channels4j.Event;
import io.channels4j.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a WebSocket (ASGI {@code websocket.accept}).
 *
 * @param subprotocol the chosen subprotocol, which the client must have offered, or null for none
 * @param headers additional headers for the handshake response, without {@code sec-websocket-*}
 */
public record WebSocketAccept(@Nullable String subprotocol, Headers headers) implements Event {

    /** Validates the headers. */
    public WebSocketAccept {
        headers.forEach((name, value) -> {
            if (name.startsWith("sec-websocket-")) {
                throw new IllegalArgumentException(
                        "accept header: \"%s\" (expected: none that the handshake itself sets)".formatted(name));
            }
        });
    }

    /** Accepts without a subprotocol. */
    public WebSocketAccept() {
        this(null, Headers.empty());
    }

    /**
     * Returns the chosen subprotocol.
     *
     * @return the subprotocol, or empty for none
     */
    public Optional<String> chosenSubprotocol() {
        return Optional.ofNullable(subprotocol);
    }

    @Override
    public String type() {
        return "websocket.accept";
    }
}
