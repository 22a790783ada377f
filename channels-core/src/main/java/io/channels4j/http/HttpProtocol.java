package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.consumer.Disconnect;
import io.channels4j.consumer.Protocol;
import java.util.Optional;

/** What the base consumers know about one HTTP request: it ends when the response is complete, or when the peer leaves. */
final class HttpProtocol implements Protocol {

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
        Disconnect left = Disconnect.of("the peer left");
        return Optional.of(last.cause().map(left::causedBy).orElse(left));
    }

    @Override
    public Optional<Disconnect> completed(Event sent) {
        return sent instanceof HttpResponseBody part && !part.more()
                ? Optional.of(Disconnect.of("response complete"))
                : Optional.empty();
    }
}
