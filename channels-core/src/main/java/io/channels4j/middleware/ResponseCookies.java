package io.channels4j.middleware;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketResponseStart;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The cookies to set on the response of one connection. They are added to the first event that carries response headers.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class ResponseCookies implements Sender {

    static final Scope.Key<ResponseCookies> KEY = new Scope.Key<>("response_cookies");

    private final Sender sender;

    /** Guarded by this. */
    private final Map<String, Cookie> cookies = new LinkedHashMap<>();

    private volatile boolean started;

    ResponseCookies(Sender sender) {
        this.sender = sender;
    }

    /** Adds a cookie to the response, replacing an earlier one with the same name. */
    synchronized void set(Cookie cookie) {
        if (started) {
            throw new ChannelsException(
                    "cookie %s: the headers of the response have been sent (expected: a call before)"
                            .formatted(cookie.name()));
        }
        cookies.remove(cookie.name());
        cookies.put(cookie.name(), cookie);
    }

    /** Returns the cookie with the given name that was set, or empty. */
    synchronized Optional<Cookie> find(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    boolean started() {
        return started;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        return sender.send(started ? event : withCookies(event));
    }

    private Event withCookies(Event event) {
        if (event instanceof HttpResponseStart start) {
            return new HttpResponseStart(start.status(), addTo(start.headers()));
        }
        if (event instanceof WebSocketAccept accept) {
            return new WebSocketAccept(accept.subprotocol(), addTo(accept.headers()));
        }
        if (event instanceof WebSocketResponseStart start) {
            return new WebSocketResponseStart(start.status(), addTo(start.headers()));
        }
        return event;
    }

    private synchronized Headers addTo(Headers headers) {
        started = true;
        if (cookies.isEmpty()) {
            return headers;
        }
        Headers.Builder more = headers.toBuilder();
        cookies.values().forEach(cookie -> more.add("set-cookie", cookie.headerValue()));
        return more.build();
    }
}
