package io.channels4j.testing;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** Echoes messages. The message "bye" closes the connection. The path "/refused/" rejects it. */
final class Echo extends AsyncWebsocketConsumer {

    static Application application() {
        return ProtocolTypeRouter.builder()
                .websocket(URLRouter.of(path("echo/", Echo::new), path("refused/", Refused::new)))
                .build();
    }

    @Override
    protected CompletionStage<Void> connect() {
        return scope().subprotocols().isEmpty()
                ? accept()
                : accept(scope().subprotocols().get(0));
    }

    @Override
    protected CompletionStage<Void> receive(String text) {
        return text.equals("bye") ? close(new CloseStatus(4001, "asked for")) : send(text);
    }

    @Override
    protected CompletionStage<Void> receive(byte[] bytes) {
        return send(bytes);
    }

    private static final class Refused extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> connect() {
            return reject(403, Headers.of("x-why", "no"), "no entry".getBytes(StandardCharsets.UTF_8));
        }
    }
}
