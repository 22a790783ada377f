package io.channels4j.benchmarks;

import io.channels4j.websocket.WebsocketConsumer;

/** A blocking consumer that echoes every message. */
final class BlockingEchoConsumer extends WebsocketConsumer {

    @Override
    protected void receive(String text) {
        send(text);
    }

    @Override
    protected void receive(byte[] bytes) {
        send(bytes);
    }
}
