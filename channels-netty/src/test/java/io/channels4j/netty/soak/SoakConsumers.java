package io.channels4j.netty.soak;

import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.GroupName;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The consumers of the server under attack, which resemble the code of a typical application. */
final class SoakConsumers {

    private static final Headers BYTES = Headers.of("content-type", "application/octet-stream");
    /** The response to a request without a body. Requests with a body receive their body as the response. */
    static final byte[] PAGE = "page".repeat(4096).getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PART = new byte[64 * 1024];
    private static final byte[] LARGE = new byte[8 << 20];

    private SoakConsumers() {}

    /** A chat room whose handler forwards each message with an ordinary {@code send}. */
    static final class Room extends AsyncWebsocketConsumer {

        private String room() {
            return GroupName.of("room", scope().urlRoute().get("room"));
        }

        @Override
        protected Set<String> groups() {
            return Set.of(room());
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return groupSend(room(), Message.of("room.said", new SoakServer.Text(text)));
        }

        @Handles("room.said")
        CompletionStage<Void> said(SoakServer.Text said) {
            return send(said.text());
        }
    }

    static final class Echo extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(byte[] bytes) {
            return send(bytes);
        }
    }

    static final class Page extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, BYTES, body.length == 0 ? PAGE : body);
        }
    }

    static final class BlockingEcho extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, BYTES, body.length == 0 ? PAGE : body);
        }
    }

    static final class BlockingStream extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendHeaders(200, BYTES);
            for (int i = 0; i < 1000; i++) {
                sendBody(PART, true);
            }
            sendBody(new byte[0], false);
        }
    }

    static final class Large extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, BYTES, LARGE);
        }
    }

    /** Sends a long response that occupies memory for each request. */
    static final class Whole extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, BYTES, new byte[1 << 20]);
        }
    }

    static final class Feed extends AsyncSseConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of(SoakServer.FEED);
        }

        @Handles("feed.event")
        CompletionStage<Void> event(SoakServer.Text event) {
            return send(event.text());
        }
    }
}
