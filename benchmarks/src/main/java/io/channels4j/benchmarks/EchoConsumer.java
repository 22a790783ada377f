package io.channels4j.benchmarks;

import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.concurrent.CompletionStage;

/** A consumer that echoes every message. */
final class EchoConsumer extends AsyncWebsocketConsumer {

    @Override
    protected CompletionStage<Void> receive(String text) {
        return send(text);
    }

    @Override
    protected CompletionStage<Void> receive(byte[] bytes) {
        return send(bytes);
    }
}
