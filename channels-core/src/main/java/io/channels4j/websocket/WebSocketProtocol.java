package io.channels4j.websocket;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.engine.FailureStatus;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol state of one WebSocket.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>accept sent</th><th>close or denial sent</th><th>disconnect received</th><th>send refused</th></tr>
 * <tr><td>CONNECTING</td><td>OPEN</td><td>CLOSING</td><td>CLOSING</td><td></td></tr>
 * <tr><td>OPEN</td><td></td><td>CLOSING</td><td>CLOSING</td><td>the previous state, if this send changed it</td></tr>
 * <tr><td>CLOSING</td><td></td><td></td><td></td><td>the previous state, if this send changed it</td></tr>
 * </table>
 */
final class WebSocketProtocol implements ConsumerProtocol {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");

    private final Scope scope;
    private final Class<?> consumer;
    private volatile State state = State.CONNECTING;

    /** The event that led to the current state, and the previous state. Guarded by this. */
    private @Nullable Event cause;

    private State before = State.CONNECTING;

    private enum State {
        CONNECTING,
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
    public Effect received(Event event) {
        if (!(event instanceof WebSocketDisconnect last)) {
            return Effect.NONE;
        }
        if (state == State.CONNECTING && last.failure() instanceof HandshakeTimeoutException late) {
            LOG.warn(
                    "connection {}: {}.connect() neither accepted nor refused ({}); an override of connect() accepts"
                            + " by itself only when it calls accept() or super.connect()",
                    scope.connectionId(),
                    consumer.getName(),
                    late.getMessage());
        }
        change(State.CLOSING, event);
        return Effect.ends(new Disconnect(OptionalInt.of(last.code()), last.reason(), last.cause()));
    }

    @Override
    public int payloadBytes(Event event) {
        return event instanceof WebSocketReceive message ? message.bytes().length : 0;
    }

    @Override
    public Effect sent(Event event) {
        if (event instanceof WebSocketSend) {
            return Effect.NONE;
        }
        if (event instanceof WebSocketAccept) {
            change(State.OPEN, event);
        } else if (event instanceof WebSocketClose || event instanceof WebSocketResponseStart) {
            change(State.CLOSING, event);
            return Effect.LEAVES_GROUPS;
        }
        return Effect.NONE;
    }

    @Override
    public synchronized void refused(Event event) {
        if (event == cause) {
            state = before;
            cause = null;
        }
    }

    private synchronized void change(State next, Event event) {
        if (next.compareTo(state) > 0) {
            before = state;
            cause = event;
            state = next;
        }
    }

    @Override
    public Abort failed(Throwable failure) {
        CloseStatus status = CloseStatus.of(FailureStatus.ofClose(failure));
        return new Abort(
                Disconnect.of(status.code(), "").causedBy(failure), isOpen() ? new WebSocketClose(status) : null);
    }

    @Override
    public @Nullable Event broadcast(Broadcast broadcast) {
        return isOpen() ? WebSocketSend.of(broadcast) : null;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }
}
