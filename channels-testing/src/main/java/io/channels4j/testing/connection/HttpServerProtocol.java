package io.channels4j.testing.connection;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.engine.FailureStatus;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server side of HTTP, as specified by ASGI (www 2.5). */
final class HttpServerProtocol implements ServerProtocol {

    private State state = State.WAITING;

    private enum State {
        WAITING,
        STARTED,
        COMPLETE,
        PEER_LEFT,
        APPLICATION_ENDED
    }

    @Override
    public @Nullable ChannelsException sent(Event event) {
        return switch (state) {
            case WAITING -> whileWaiting(event);
            case STARTED -> whileStarted(event);
            case COMPLETE -> misplaced(event, "the response is complete", "nothing");
            case PEER_LEFT -> new ConnectionClosedException("send: the peer has left; nothing was sent");
            case APPLICATION_ENDED ->
                new ConnectionClosedException("send: the application has ended; nothing was sent");
        };
    }

    private @Nullable ChannelsException whileWaiting(Event event) {
        if (event instanceof HttpResponseStart) {
            state = State.STARTED;
            return null;
        }
        return misplaced(event, "the response has not started", "http.response.start");
    }

    private @Nullable ChannelsException whileStarted(Event event) {
        if (event instanceof HttpResponseBody part) {
            state = part.more() ? State.STARTED : State.COMPLETE;
            return null;
        }
        return misplaced(event, "the response has started", "http.response.body");
    }

    private static ChannelsException misplaced(Event event, String is, String expected) {
        return new ChannelsException(
                "send %s: %s (expected: %s); nothing was sent".formatted(event.type(), is, expected));
    }

    @Override
    public @Nullable Event last() {
        return state == State.COMPLETE ? HttpDisconnect.afterResponse() : null;
    }

    @Override
    public boolean given(Event event) {
        if (event instanceof HttpDisconnect) {
            state = state == State.COMPLETE ? State.COMPLETE : State.PEER_LEFT;
            return true;
        }
        return false;
    }

    @Override
    public Event lost() {
        return new HttpDisconnect();
    }

    @Override
    public @Nullable String missing() {
        return switch (state) {
            case WAITING -> "a response";
            case STARTED -> "the rest of the response";
            default -> null;
        };
    }

    @Override
    public List<Event> ended(@Nullable Throwable failure) {
        State before = state;
        if (before == State.COMPLETE || before == State.PEER_LEFT) {
            return List.of();
        }
        state = State.APPLICATION_ENDED;
        int status = FailureStatus.ofResponse(failure);
        return before == State.STARTED
                ? List.of()
                : List.of(new HttpResponseStart(status, Headers.empty()), new HttpResponseBody(new byte[0], false));
    }
}
