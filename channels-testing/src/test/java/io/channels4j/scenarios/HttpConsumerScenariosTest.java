package io.channels4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scenarios from upstream's {@code test_generic_http.py}. */
class HttpConsumerScenariosTest {

    record Answer(int status, String value) {}

    static final class JsonEcho extends AsyncHttpConsumer {

        private static final Headers JSON = Headers.of("content-type", "application/json");

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            JsonNode request = new JsonMapper().readTree(body);
            Answer answer = new Answer(42, request.get("value").stringValue());
            return sendResponse(200, JSON, new JsonMapper().writeValueAsBytes(answer));
        }
    }

    static final class Broken extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            throw new IllegalStateException("error correctly raised");
        }
    }

    static final class Counting extends AsyncHttpConsumer {

        private int calls;

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "call " + ++calls + " of " + scope().path());
        }
    }

    @Test
    @DisplayName("test_async_http_consumer: a JSON body is answered with JSON, headers and status")
    void respondsToJsonWithJson() {
        try (HttpCommunicator peer = HttpCommunicator.builder(Consumer.application(JsonEcho::new), "POST", "/test/")
                .body("{\"value\": \"42 is the answer\"}")
                .build()) {
            HttpCommunicator.Response response = peer.getResponse();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().first("content-type")).contains("application/json");
            assertThat(response.json().get("value").stringValue()).isEqualTo("42 is the answer");
        }
    }

    @Test
    @DisplayName("test_error: an exception of handle reaches the caller")
    void propagatesAFailureOfHandle() {
        try (HttpCommunicator peer = HttpCommunicator.builder(Consumer.application(Broken::new), "GET", "/")
                .build()) {
            assertThatThrownBy(peer::getResponse)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("error correctly raised");
        }
    }

    @Test
    @DisplayName("test_per_scope_consumers: each request has its own consumer")
    void eachRequestHasItsOwnConsumer() {
        Application application = Consumer.application(Counting::new);
        try (HttpCommunicator first =
                        HttpCommunicator.builder(application, "GET", "/first/").build();
                HttpCommunicator second =
                        HttpCommunicator.builder(application, "GET", "/second/").build()) {
            assertThat(second.getResponse().text()).isEqualTo("call 1 of /second/");
            assertThat(first.getResponse().text()).isEqualTo("call 1 of /first/");
        }
    }

    @Test
    @DisplayName("test_async_http_consumer_future: the server can return any kind of stage")
    void acceptsStagesOfAnyKindFromTheServer() throws Exception {
        Queue<Event> sent = new ConcurrentLinkedQueue<>();
        Queue<CompletionStage<Event>> given = new ConcurrentLinkedQueue<>(List.of(CompletableFuture.completedStage(
                new HttpRequest("{\"value\": \"x\"}".getBytes(StandardCharsets.UTF_8), false))));

        Consumer.application(JsonEcho::new)
                .handle(
                        Scope.builder("http").method("POST").build(),
                        () -> given.isEmpty() ? new CompletableFuture<Event>().minimalCompletionStage() : given.poll(),
                        event -> {
                            sent.add(event);
                            return CompletableFuture.completedStage(null);
                        })
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);

        assertThat(sent).hasSize(2).hasExactlyElementsOfTypes(HttpResponseStart.class, HttpResponseBody.class);
    }
}
