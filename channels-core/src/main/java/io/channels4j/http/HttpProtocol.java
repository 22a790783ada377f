package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.consumer.Protocol;
import java.util.Optional;

/** What the base consumers know about one HTTP request: it ends when the response is complete, or when the peer leaves. */
final class HttpProtocol implements Protocol {

    private static final Disconnect RESPONSE_COMPLETE = Disconnect.of("response complete");
    private static final Disconnect PEER_LEFT = Disconnect.of("the peer left");

    HttpProtocol(Scope scope, Class<?> consumer) {
        if (!scope.type().equals("http")) {
            throw new ChannelsException(
                    "scope type: \"%s\" (expected: http, for %s)".formatted(scope.type(), consumer.getName()));
        }
    }

    @Override
    public Optional<Disconnect> ended(Event arrived) {
        if (!(arrived instanceof HttpDisconnect last)) {
            return Optional.empty();
        }
        Disconnect end = last.complete() ? RESPONSE_COMPLETE : PEER_LEFT;
        return Optional.of(last.cause().map(end::causedBy).orElse(end));
    }

    @Override
    public Optional<Disconnect> completed(Event sent) {
        return sent instanceof HttpResponseBody part && !part.more()
                ? Optional.of(RESPONSE_COMPLETE)
                : Optional.empty();
    }
}
