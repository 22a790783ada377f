package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;

/** The protocol of one HTTP request. The request ends when the response is complete or the peer disconnects. */
final class HttpProtocol implements ConsumerProtocol {

    private static final Disconnect RESPONSE_COMPLETE = Disconnect.of("response complete");
    private static final Disconnect PEER_LEFT = Disconnect.of("the peer left");
    private static final Effect ENDS = Effect.ends(RESPONSE_COMPLETE);

    HttpProtocol(Scope scope, Class<?> consumer) {
        if (!scope.type().equals("http")) {
            throw new ChannelsException(
                    "scope type: \"%s\" (expected: http, for %s)".formatted(scope.type(), consumer.getName()));
        }
    }

    @Override
    public Effect received(Event event) {
        if (!(event instanceof HttpDisconnect last)) {
            return Effect.NONE;
        }
        Disconnect end = last.complete() ? RESPONSE_COMPLETE : PEER_LEFT;
        return Effect.ends(last.cause().map(end::causedBy).orElse(end));
    }

    @Override
    public Effect sent(Event event) {
        return event instanceof HttpResponseBody part && !part.more() ? ENDS : Effect.NONE;
    }
}
