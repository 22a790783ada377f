package io.channels4j.websocket;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.consumer.Protocol;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the base consumers know about one WebSocket: whether it is accepted, and which event is its last. */
final class WebSocketProtocol implements Protocol {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");

    private final Scope scope;
    private final Class<?> consumer;
    private volatile State state = State.CONNECTING;

    private enum State {
        CONNECTING,
        /** An accept is on its way: the client may have it before the application knows. */
        ACCEPTING,
        OPEN,
        CLOSING
    }

    WebSocketProtocol(Scope scope, Class<?> consumer) {
        if (!scope.type().equals("websocket")) {
            throw new ChannelsException(
                    "scope type: \"%s\" (expected: websocket, for %s)".formatted(scope.type(), consumer.getName()));
        }
        this.scope = scope;
        this.consumer = consumer;
    }

    @Override
    public Optional<Disconnect> ended(Event arrived) {
        if (!(arrived instanceof WebSocketDisconnect last)) {
            return Optional.empty();
        }
        boolean undecided = state == State.CONNECTING || state == State.ACCEPTING;
        if (undecided && last.failure() instanceof HandshakeTimeoutException late) {
            LOG.warn(
                    "connection {}: {}.connect() neither accepted nor refused ({}); an override of connect() accepts"
                            + " by itself only when it calls accept() or super.connect()",
                    scope.connectionId(),
                    consumer.getName(),
                    late.getMessage());
        }
        state = State.CLOSING;
        return Optional.of(new Disconnect(OptionalInt.of(last.code()), last.reason(), last.cause()));
    }

    @Override
    public void sending(Event event) {
        if (event instanceof WebSocketAccept && state == State.CONNECTING) {
            state = State.ACCEPTING;
        }
    }

    @Override
    public boolean closes(Event sent) {
        if (sent instanceof WebSocketAccept) {
            state = State.OPEN;
        } else if (sent instanceof WebSocketClose || sent instanceof WebSocketResponseStart) {
            state = State.CLOSING;
            return true;
        }
        return false;
    }

    @Override
    public Disconnect aborted(Throwable failure) {
        return Disconnect.of(status(failure).code(), "").causedBy(failure);
    }

    @Override
    public Optional<Event> farewell(Throwable failure) {
        return state == State.OPEN ? Optional.of(new WebSocketClose(status(failure))) : Optional.empty();
    }

    private static CloseStatus status(Throwable failure) {
        return failure instanceof OverloadedException ? CloseStatus.TRY_AGAIN_LATER : CloseStatus.INTERNAL_ERROR;
    }

    @Override
    public Optional<Event> broadcast(Broadcast broadcast) {
        boolean accepted = state == State.OPEN || state == State.ACCEPTING;
        return accepted ? Optional.of(WebSocketSend.of(broadcast)) : Optional.empty();
    }

    @Override
    public boolean survivesLayerFailures() {
        return state == State.OPEN;
    }
}
