package io.channels4j.testing.connection;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.engine.FailureStatus;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server side of WebSocket, as specified by ASGI (www 2.5). */
final class WebSocketServerProtocol implements ServerProtocol {

    private final List<String> subprotocols;
    private State state = State.CONNECTING;
    private String end = "";
    private @Nullable Event last;

    private enum State {
        CONNECTING("is not accepted yet", "websocket.accept, websocket.close or websocket.http.response.start"),
        DENYING("is being rejected", "websocket.http.response.body"),
        OPEN("is open", "websocket.send or websocket.close"),
        CLOSED("is closed", "nothing");

        private final String is;
        private final String expected;

        State(String is, String expected) {
            this.is = is;
            this.expected = expected;
        }
    }

    WebSocketServerProtocol(List<String> subprotocols) {
        this.subprotocols = List.copyOf(subprotocols);
    }

    @Override
    public @Nullable ChannelsException sent(Event event) {
        return switch (state) {
            case CONNECTING -> whileConnecting(event);
            case DENYING -> whileDenying(event);
            case OPEN -> whileOpen(event);
            case CLOSED ->
                new ConnectionClosedException("send: connection is closed (%s); nothing was sent".formatted(end));
        };
    }

    private @Nullable ChannelsException whileConnecting(Event event) {
        if (event instanceof WebSocketAccept accept) {
            String chosen = accept.subprotocol();
            if (chosen != null && !subprotocols.contains(chosen)) {
                return new ChannelsException("accept: subprotocol \"%s\" (expected: %s)"
                        .formatted(
                                chosen,
                                subprotocols.isEmpty() ? "none, as the client offers none" : "one of " + subprotocols));
            }
            state = State.OPEN;
            return null;
        }
        if (event instanceof WebSocketClose) {
            rejected();
            return null;
        }
        if (event instanceof WebSocketResponseStart) {
            state = State.DENYING;
            return null;
        }
        return misplaced(event);
    }

    private @Nullable ChannelsException whileDenying(Event event) {
        if (event instanceof WebSocketResponseBody part) {
            if (!part.more()) {
                rejected();
            }
            return null;
        }
        return misplaced(event);
    }

    private @Nullable ChannelsException whileOpen(Event event) {
        if (event instanceof WebSocketSend) {
            return null;
        }
        if (event instanceof WebSocketClose close) {
            int code = close.status().code();
            close(code + ", by the application");
            last = new WebSocketDisconnect(code, ""); // a peer echoes the code (RFC 6455 §5.5.1)
            return null;
        }
        return misplaced(event);
    }

    private ChannelsException misplaced(Event event) {
        return new ChannelsException("send %s: the connection %s (expected: %s); nothing was sent"
                .formatted(event.type(), state.is, state.expected));
    }

    private void rejected() {
        close("rejected by the application");
        last = new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, "");
    }

    private void close(String how) {
        state = State.CLOSED;
        end = how;
    }

    @Override
    public @Nullable Event last() {
        return last;
    }

    @Override
    public boolean given(Event event) {
        if (event instanceof WebSocketDisconnect disconnect) {
            close(disconnect.code() + ", by the peer");
            return true;
        }
        return false;
    }

    @Override
    public Event lost() {
        return new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, "");
    }

    @Override
    public @Nullable String missing() {
        return switch (state) {
            case CONNECTING -> "accepting or rejecting the connection";
            case DENYING -> "the rest of the response that rejects the connection";
            default -> null;
        };
    }

    @Override
    public List<Event> ended(@Nullable Throwable failure) {
        State before = state;
        if (before == State.CLOSED) {
            return List.of();
        }
        close("the application has ended");
        if (before == State.OPEN) {
            CloseStatus broken = CloseStatus.of(FailureStatus.ofClose(failure));
            return List.of(new WebSocketClose(failure == null ? CloseStatus.NORMAL : broken));
        }
        Event rest = new WebSocketResponseBody(new byte[0], false);
        return before == State.DENYING
                ? List.of(rest)
                : List.of(new WebSocketResponseStart(FailureStatus.ofResponse(failure), Headers.empty()), rest);
    }

    @Override
    public boolean reportsFailure(Event event) {
        if (event instanceof WebSocketClose close) {
            int code = close.status().code();
            return code == CloseStatus.INTERNAL_ERROR.code() || code == CloseStatus.TRY_AGAIN_LATER.code();
        }
        return false;
    }
}
