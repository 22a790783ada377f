package io.channels4j.middleware;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Refuses every connection with a fixed status and a line of text. Sends an HTTP response or rejects the WebSocket
 * handshake. Middleware calls a refusal instead of the inner application.
 *
 * <p>On a server without the extension {@code websocket.http.response}, WebSockets are refused with status 403. For a scope of
 * another protocol, {@link #handle} fails with {@link ChannelsException}.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class Refusal implements Application {

    private final int status;
    private final Headers headers;
    private final byte[] body;

    private Refusal(int status, Headers headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Returns a refusal.
     *
     * @param status the status, 400-599
     * @param text the body
     * @return the refusal
     */
    public static Refusal of(int status, String text) {
        return of(status, text, Headers.empty());
    }

    /**
     * Returns a refusal with additional headers.
     *
     * @param status the status, 400-599
     * @param text the body
     * @param more the headers to send in addition to the body's {@code content-type} and {@code content-length}
     * @return the refusal
     */
    public static Refusal of(int status, String text, Headers more) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status of a refusal: %d (expected: 400-599)".formatted(status));
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        Headers headers = more.toBuilder()
                .set("content-type", "text/plain; charset=utf-8")
                .set("content-length", Integer.toString(body.length))
                .build();
        return new Refusal(status, headers, body);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        return switch (scope.type()) {
            case "http" -> {
                Stages.ignore(sender.send(new HttpResponseStart(status, headers)));
                yield sender.send(new HttpResponseBody(body, false));
            }
            case "websocket" -> refuseHandshake(scope, receiver, sender);
            default ->
                CompletableFuture.failedFuture(new ChannelsException(
                        "refusal: scope type \"%s\" (expected: http or websocket)".formatted(scope.type())));
        };
    }

    private CompletionStage<Void> refuseHandshake(Scope scope, Receiver receiver, Sender sender) {
        return receiver.receive()
                .thenCompose(first -> first instanceof WebSocketDisconnect
                        ? Stages.done()
                        : sendRefusal(scope, sender).thenCompose(sent -> awaitDisconnect(receiver)));
    }

    private CompletionStage<Void> sendRefusal(Scope scope, Sender sender) {
        if (!scope.extensions().containsKey(WebSocketResponseStart.EXTENSION)) {
            return sender.send(new WebSocketClose(CloseStatus.NORMAL));
        }
        Stages.ignore(sender.send(new WebSocketResponseStart(status, headers)));
        return sender.send(new WebSocketResponseBody(body, false));
    }

    private static CompletionStage<Void> awaitDisconnect(Receiver receiver) {
        return receiver.receive()
                .thenCompose(event -> event instanceof WebSocketDisconnect ? Stages.done() : awaitDisconnect(receiver));
    }

    @Override
    public String toString() {
        return "Refusal[" + status + "]";
    }
}
