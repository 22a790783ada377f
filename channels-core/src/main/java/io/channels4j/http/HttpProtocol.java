package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.engine.PlainText;
import java.util.Set;
import java.util.TreeSet;

/** The protocol of one HTTP request. The request ends when the response is complete or the peer disconnects. */
final class HttpProtocol implements ConsumerProtocol {

    private static final Disconnect RESPONSE_COMPLETE = Disconnect.of("response complete");
    private static final Disconnect PEER_LEFT = Disconnect.of("the peer left");
    private static final Effect ENDS = Effect.ends(RESPONSE_COMPLETE);

    /** The response body for status 405. */
    static final byte[] NOT_ALLOWED = PlainText.bytes("Method Not Allowed");

    private final Set<String> allowed;
    private final boolean methodAllowed;

    /**
     * Creates the protocol of a request.
     *
     * @param allowed the methods that the consumer accepts. An empty set accepts all methods.
     */
    HttpProtocol(Scope scope, Class<?> consumer, Set<String> allowed) {
        if (!scope.type().equals("http")) {
            throw new ChannelsException(
                    "scope type: \"%s\" (expected: http, for %s)".formatted(scope.type(), consumer.getName()));
        }
        boolean headAsGet = scope.method().equals("HEAD") && allowed.contains("GET");
        this.allowed = allowed;
        this.methodAllowed = allowed.isEmpty() || allowed.contains(scope.method()) || headAsGet;
    }

    /** Returns false if the request must be rejected with status 405. */
    boolean isMethodAllowed() {
        return methodAllowed;
    }

    /** Returns the response headers for status 405 (RFC 9110 §15.5.6). */
    Headers notAllowed() {
        Set<String> sorted = new TreeSet<>(allowed);
        if (sorted.contains("GET")) {
            sorted.add("HEAD");
        }
        return PlainText.HEADERS.with("allow", String.join(", ", sorted));
    }

    /** Returns false for a request whose method is not allowed. */
    @Override
    public boolean joinsGroups() {
        return methodAllowed;
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
    public int payloadBytes(Event event) {
        return event instanceof HttpRequest part ? part.body().length : 0;
    }

    @Override
    public Effect sent(Event event) {
        return event instanceof HttpResponseBody part && !part.more() ? ENDS : Effect.NONE;
    }
}
