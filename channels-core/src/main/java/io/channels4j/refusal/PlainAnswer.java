package io.channels4j.refusal;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
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
 * One status and a line of text for every connection: an HTTP request gets it as its response, a WebSocket's handshake is refused
 * with it, or with 403 where the server can send nothing else.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 */
public final class PlainAnswer implements Application {

    private final int status;
    private final Headers headers;
    private final byte[] body;

    /**
     * Creates an answer.
     *
     * @param status the status
     * @param text the body
     * @param more headers beside those of the body
     */
    public PlainAnswer(int status, String text, Headers more) {
        this.status = status;
        this.body = text.getBytes(StandardCharsets.UTF_8);
        this.headers = more.toBuilder()
                .set("content-type", "text/plain; charset=utf-8")
                .set("content-length", Integer.toString(body.length))
                .build();
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        return switch (scope.type()) {
            case "http" -> {
                sender.send(new HttpResponseStart(status, headers));
                yield sender.send(new HttpResponseBody(body, false));
            }
            case "websocket" -> refuseAfterFirst(scope, receiver, sender);
            default ->
                CompletableFuture.failedFuture(new ChannelsException(
                        "refusal: scope type \"%s\" (expected: http or websocket)".formatted(scope.type())));
        };
    }

    private CompletionStage<Void> refuseAfterFirst(Scope scope, Receiver receiver, Sender sender) {
        return receiver.receive().thenCompose(first -> {
            if (first instanceof WebSocketDisconnect) {
                return Stages.done();
            }
            return refuse(scope, sender).thenCompose(sent -> untilDisconnect(receiver));
        });
    }

    private CompletionStage<Void> refuse(Scope scope, Sender sender) {
        if (!scope.extensions().containsKey(WebSocketResponseStart.EXTENSION)) {
            return sender.send(new WebSocketClose(CloseStatus.NORMAL));
        }
        sender.send(new WebSocketResponseStart(status, headers));
        return sender.send(new WebSocketResponseBody(body, false));
    }

    private static CompletionStage<Void> untilDisconnect(Receiver receiver) {
        return receiver.receive()
                .thenCompose(event -> event instanceof WebSocketDisconnect ? Stages.done() : untilDisconnect(receiver));
    }
}
