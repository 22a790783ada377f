package io.channels4j.benchmarks;

import io.channels4j.websocket.WebsocketConsumer;

/** Sends back what it gets, on a thread that may block. */
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
