package io.channels4j.netty.fuzz;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.NettyServerBuilder;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The server under test. It responds to probes and handles other requests like a typical application. */
final class FuzzedServer {

    /** A limit that is low enough for fuzzed inputs to exceed it. */
    private static final int LIMIT = 64 * 1024;

    /** The time within which the server must respond or close. A busy machine may need a longer one. */
    static final int TIMEOUT_SECONDS = Integer.getInteger("fuzz.timeout", 20);

    private static final int HEADER_LIMIT = 4 * 1024;

    private FuzzedServer() {}

    static NettyServerBuilder server() {
        return NettyServer.builder(application())
                .port(0)
                .timeouts(ServerTimeouts.defaults().withHandshake(Duration.ofSeconds(TIMEOUT_SECONDS / 2)))
                .limits(ServerLimits.defaults()
                        .withMaxMessageBytes(LIMIT)
                        .withMaxBodyBytes(LIMIT)
                        .withMaxUrlBytes(HEADER_LIMIT)
                        .withMaxHeaderBytes(HEADER_LIMIT));
    }

    private static Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        path("probe/<int:number>", Probe::new),
                        path("echo", Echo::new),
                        path("early", Early::new),
                        path("stream", Parts::new)))
                .websocket(URLRouter.of(path("ws", Frames::new)))
                .build();
    }

    private static final class Probe extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "<answer " + scope().urlRoute().getInt("number") + ">");
        }
    }

    private static final class Echo extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, Headers.of("content-type", "application/octet-stream"), body);
        }
    }

    /** Responds before the whole body has arrived. */
    private static final class Early extends AsyncHttpConsumer {

        private boolean responded;

        @Override
        protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
            if (responded) {
                return super.receiveBody(part, more);
            }
            responded = true;
            return sendResponse(200, "early");
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendBody(body, true);
        }
    }

    private static final class Parts extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            byte[] part = "part ".getBytes(StandardCharsets.US_ASCII);
            return sendHeaders(200, Headers.empty())
                    .thenCompose(sent -> sendBody(part, true))
                    .thenCompose(sent -> sendBody(part, true))
                    .thenCompose(sent -> sendBody(part, false));
        }
    }

    private static final class Frames extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }

        @Override
        protected CompletionStage<Void> receive(byte[] bytes) {
            return send(bytes);
        }
    }
}
