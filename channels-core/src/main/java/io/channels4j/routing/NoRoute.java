package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.Stages;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers connections that no route leads anywhere: 404 and one debug line, since scanners ask for much. */
final class NoRoute implements Application {

    static final Application INSTANCE = new NoRoute();

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.routing");

    private static final int STATUS = 404;
    private static final byte[] BODY = "Not Found".getBytes(StandardCharsets.UTF_8);
    private static final Headers HEADERS =
            Headers.of("content-type", "text/plain; charset=utf-8", "content-length", Integer.toString(BODY.length));

    private NoRoute() {}

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        return switch (scope.type()) {
            case "http" -> {
                log(scope, scope.method());
                yield answer(sender);
            }
            case "websocket" -> {
                log(scope, scope.type());
                yield refuse(scope, receiver, sender);
            }
            default ->
                CompletableFuture.failedFuture(
                        new ChannelsException("url router: no route for \"%s\" of a scope of type \"%s\""
                                .formatted(scope.path(), scope.type())));
        };
    }

    /** Logs the path as it came: decoded, it could hold line feeds. */
    private static void log(Scope scope, String what) {
        String path = scope.rawPath().isEmpty() ? scope.path() : scope.rawPath();
        LOG.debug("connection {}: no route for {} {}", scope.connectionId(), what, path);
    }

    private static CompletionStage<Void> answer(Sender sender) {
        return sender.send(new HttpResponseStart(STATUS, HEADERS))
                .thenCompose(sent -> sender.send(new HttpResponseBody(BODY, false)));
    }

    private static CompletionStage<Void> refuse(Scope scope, Receiver receiver, Sender sender) {
        return receiver.receive()
                .thenCompose(first -> first instanceof WebSocketDisconnect
                        ? Stages.done()
                        : deny(scope, sender).thenCompose(sent -> untilDisconnect(receiver)));
    }

    private static CompletionStage<Void> deny(Scope scope, Sender sender) {
        if (!scope.extensions().containsKey(WebSocketResponseStart.EXTENSION)) {
            return sender.send(new WebSocketClose(CloseStatus.NORMAL));
        }
        return sender.send(new WebSocketResponseStart(STATUS, HEADERS))
                .thenCompose(sent -> sender.send(new WebSocketResponseBody(BODY, false)));
    }

    private static CompletionStage<Void> untilDisconnect(Receiver receiver) {
        return receiver.receive()
                .thenCompose(event -> event instanceof WebSocketDisconnect ? Stages.done() : untilDisconnect(receiver));
    }
}
