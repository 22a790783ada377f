package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Tests of the responses that HTTP consumers send with one call. */
class HttpResponsesTest {

    private static final JsonMapper SNAKE = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    record Item(String itemName) {}

    /** The kind of consumer under test. */
    @SuppressWarnings("ImmutableEnumChecker") // applications are functions without state
    enum Kind {
        ASYNC(Async::new),
        BLOCKING(Blocking::new);

        private final Application application;

        Kind(java.util.function.Supplier<Consumer> consumer) {
            this.application = Consumer.application(consumer);
        }

        Response get(String target) {
            try (HttpCommunicator peer =
                    HttpCommunicator.builder(application, "GET", target).build()) {
                return peer.getResponse();
            }
        }

        Response redirect(String query) {
            return get("/redirect?" + query);
        }
    }

    private static String to(Scope scope) {
        return scope.queryParam("to").orElseThrow();
    }

    static final class Async extends AsyncHttpConsumer {

        @Override
        protected JsonMapper jsonMapper() {
            return scope().path().equals("/snake") ? SNAKE : super.jsonMapper();
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return switch (scope().path()) {
                case "/created" -> sendJson(201, new Item("\u00e9"));
                case "/broken" -> sendJson(new Object());
                case "/redirect" ->
                    scope().queryParam("status")
                            .map(status -> redirect(Integer.parseInt(status), to(scope())))
                            .orElseGet(() -> redirect(to(scope())));
                default -> sendJson(new Item("pen"));
            };
        }
    }

    static final class Blocking extends HttpConsumer {

        @Override
        protected JsonMapper jsonMapper() {
            return scope().path().equals("/snake") ? SNAKE : super.jsonMapper();
        }

        @Override
        protected void handle(byte[] body) {
            switch (scope().path()) {
                case "/created" -> sendJson(201, new Item("\u00e9"));
                case "/broken" -> sendJson(new Object());
                case "/redirect" ->
                    scope().queryParam("status")
                            .ifPresentOrElse(
                                    status -> redirect(Integer.parseInt(status), to(scope())),
                                    () -> redirect(to(scope())));
                default -> sendJson(new Item("pen"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsJson(Kind kind) {
        Response response = kind.get("/");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().all("content-type")).containsExactly("application/json");
        assertThat(response.text()).isEqualTo("{\"itemName\":\"pen\"}");
    }

    @ParameterizedTest
    @EnumSource
    void sendsJsonWithStatusInUtf8(Kind kind) {
        Response response = kind.get("/created");

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.json().get("itemName").asString()).isEqualTo("\u00e9");
    }

    @ParameterizedTest
    @EnumSource
    void writesJsonWithTheMapperOfTheConsumer(Kind kind) {
        assertThat(kind.get("/snake").text()).isEqualTo("{\"item_name\":\"pen\"}");
    }

    @ParameterizedTest
    @EnumSource
    void redirectsAfterPostByDefault(Kind kind) {
        Response response = kind.redirect("to=/rooms/1?page=2");

        assertThat(response.status()).isEqualTo(303);
        assertThat(response.headers().all("location")).containsExactly("/rooms/1?page=2");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsWithOtherStatus(int status) {
        for (Kind kind : List.of(Kind.ASYNC, Kind.BLOCKING)) {
            assertThat(kind.redirect("to=../a&status=" + status).status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'/a\r\nset-cookie: x=1', '/a%0D%0Aset-cookie:%20x=1'",
        "'/caf\u00e9', '/caf%C3%A9'",
        "'/100%25', '/100%25'",
        "'/\\evil.com', '/%5Cevil.com'",
        "'https://example.com/a b#c', 'https://example.com/a%20b#c'",
        "'/\u0000', '/%00'",
    })
    void encodesCharactersThatWouldInjectOrBreakHeaders(String location, String header) {
        String query = "to=" + URLEncoder.encode(location, StandardCharsets.UTF_8);

        assertThat(Kind.ASYNC.redirect(query).headers().all("location")).containsExactly(header);
    }
}
