package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.http.SseConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that consumers respond with status 405 to methods that they do not handle (RFC 9110 §15.5.6). */
class AllowedMethodsTest {

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();

    /** The kind of consumer under test. */
    enum Kind {
        ASYNC_SSE,
        BLOCKING_SSE,
        ASYNC_HTTP,
        BLOCKING_HTTP
    }

    private Consumer consumer(Kind kind) {
        return switch (kind) {
            case ASYNC_SSE -> new AsyncSse();
            case BLOCKING_SSE -> new BlockingSse();
            case ASYNC_HTTP -> new AsyncHttp();
            case BLOCKING_HTTP -> new BlockingHttp();
        };
    }

    private Set<String> recordedGroups() {
        calls.add("groups");
        return Set.of("news");
    }

    final class AsyncSse extends AsyncSseConsumer {

        @Override
        protected Set<String> groups() {
            return recordedGroups();
        }

        @Override
        protected CompletionStage<Void> connect() {
            calls.add("connect");
            return super.connect();
        }
    }

    final class BlockingSse extends SseConsumer {

        @Override
        protected Set<String> groups() {
            return recordedGroups();
        }

        @Override
        protected void connect() {
            calls.add("connect");
            super.connect();
        }
    }

    final class AsyncHttp extends AsyncHttpConsumer {

        @Override
        protected Set<String> methods() {
            return Set.of("GET");
        }

        @Override
        protected Set<String> groups() {
            return recordedGroups();
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            calls.add("handle");
            return sendResponse(200, "");
        }
    }

    final class BlockingHttp extends HttpConsumer {

        @Override
        protected Set<String> methods() {
            return Set.of("GET");
        }

        @Override
        protected Set<String> groups() {
            return recordedGroups();
        }

        @Override
        protected void handle(byte[] body) {
            calls.add("handle");
            sendResponse(200, "");
        }
    }

    private HttpCommunicator request(Consumer consumer, String method) {
        return HttpCommunicator.builder(Consumer.application(() -> consumer), method, "/")
                .channelLayer(layer)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RFC 9110 §15.5.6: other methods are answered with 405 and Allow, and join no group")
    void refusesOtherMethods(Kind kind) {
        for (String method : new String[] {"OPTIONS", "POST", "DELETE"}) {
            calls.clear();
            try (HttpCommunicator client = request(consumer(kind), method)) {
                Response response = client.getResponse();

                assertThat(response.status()).isEqualTo(405);
                assertThat(response.headers().first("allow")).contains("GET, HEAD");
            }
            assertThat(calls).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"ASYNC_SSE, GET", "BLOCKING_SSE, GET", "ASYNC_SSE, HEAD", "ASYNC_HTTP, GET", "BLOCKING_HTTP, HEAD"})
    void servesAllowedMethods(Kind kind, String method) {
        try (HttpCommunicator client = request(consumer(kind), method)) {
            assertThat(client.receiveHead().status()).isEqualTo(200);
        }
        assertThat(calls).startsWith("groups");
    }

    @Test
    void streamMayTakePost() {
        class Answers extends AsyncSseConsumer {

            @Override
            protected Set<String> methods() {
                return Set.of("POST");
            }

            @Override
            protected Set<String> groups() {
                return Set.of("news");
            }
        }
        try (HttpCommunicator client = request(new Answers(), "POST")) {
            assertThat(client.receiveHead().status()).isEqualTo(200);
            client.receivePart();
            layer.groupSend("news", Broadcast.text("x"));
            assertThat(client.receivePart()).asString().isEqualTo("data: x\n\n");
        }
    }
}
