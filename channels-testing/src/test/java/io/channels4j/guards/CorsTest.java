package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.security.Cors;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {

    private static final String APP = "https://app.example.com";

    private static final Application API = Consumer.application(() -> new HttpConsumer() {
        @Override
        protected void handle(byte[] body) {
            sendResponse(
                    200,
                    Headers.of("vary", "Accept", "access-control-allow-origin", "*"),
                    scope().method().getBytes(StandardCharsets.UTF_8));
        }
    });

    private final Application shared = CorsSnippets.shared(API);

    private static HttpCommunicator.Response send(Application application, String method, String... headers) {
        HttpCommunicator.Builder builder = HttpCommunicator.builder(application, method, "/");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try (HttpCommunicator peer = builder.build()) {
            return peer.getResponse();
        }
    }

    @Test
    void answersAPreflight() {
        HttpCommunicator.Response answer = send(
                shared,
                "OPTIONS",
                "Origin",
                APP,
                "Access-Control-Request-Method",
                "PUT",
                "Access-Control-Request-Headers",
                "content-type, X-CSRF-Token");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().first("access-control-allow-origin")).hasValue(APP);
        assertThat(answer.headers().first("access-control-allow-methods"))
                .hasValue("GET, HEAD, POST, PUT, PATCH, DELETE");
        assertThat(answer.headers().first("access-control-allow-headers"))
                .hasValue("accept, authorization, content-type, x-csrf-token, x-requested-with");
        assertThat(answer.headers().first("access-control-allow-credentials")).hasValue("true");
        assertThat(answer.headers().first("access-control-max-age")).hasValue("3600");
        assertThat(answer.headers().first("vary"))
                .hasValue("Origin, Access-Control-Request-Method, Access-Control-Request-Headers,"
                        + " Access-Control-Request-Private-Network");
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.example, PUT, content-type",
        "http://app.example.com, PUT, content-type",
        "https://app.example.com:8443, PUT, content-type",
        "null, PUT, content-type",
        "https://app.example.com, PURGE, content-type",
        "https://app.example.com, PUT, x-secret",
    })
    void refusesAPreflightThatIsNotAllowed(String origin, String method, String header) {
        HttpCommunicator.Response answer = send(
                shared,
                "OPTIONS",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                header);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.headers().first("access-control-allow-origin")).isEmpty();
    }

    @Test
    void otherOptionsRequestsReachTheApplication() {
        assertThat(send(shared, "OPTIONS", "Origin", APP).text()).isEqualTo("OPTIONS");
    }

    @Test
    void addsThePermissionToResponses() {
        Headers headers = send(shared, "GET", "Origin", APP).headers();

        assertThat(headers.all("access-control-allow-origin")).containsExactly(APP);
        assertThat(headers.first("access-control-allow-credentials")).hasValue("true");
        assertThat(headers.first("access-control-expose-headers")).hasValue("X-Total-Count");
        assertThat(headers.all("vary")).containsExactly("Accept", "Origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", ""})
    void responsesForOtherOriginsHaveNoPermission(String origin) {
        HttpCommunicator.Response response = send(shared, "GET", "Origin", origin);

        assertThat(response.text()).isEqualTo("GET");
        assertThat(response.headers().all("access-control-allow-origin")).isEmpty();
        assertThat(response.headers().all("access-control-allow-credentials")).isEmpty();
        assertThat(response.headers().all("vary")).contains("Origin");
    }

    @Test
    void everyOriginIsAnsweredWithAnAsterisk() {
        Headers headers = send(API.behind(Cors.of("*")), "GET", "Origin", "https://any.example")
                .headers();

        assertThat(headers.all("access-control-allow-origin")).containsExactly("*");
        assertThat(headers.all("vary")).containsExactly("Accept");
    }

    @Test
    void maxAgeIsConfigurable() {
        Application api = API.behind(Cors.builder(APP).maxAge(Duration.ZERO).build());

        assertThat(send(api, "OPTIONS", "Origin", APP, "Access-Control-Request-Method", "GET")
                        .headers()
                        .first("access-control-max-age"))
                .hasValue("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.example.com", ".example.com", "https://.example.com", "https://app.example.com/x", ""})
    void rejectsWhatIsNoOrigin(String origin) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cors.of(origin));
    }

    @Test
    void rejectsCredentialsForEveryOrigin() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cors.builder("*").credentials().build())
                .withMessageStartingWith("allowed origins: \"*\" with credentials() (expected: a list of origins;");
    }

    @Test
    void explainsWhereWildcardsAreAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cors.of("https://*.example.com"))
                .withMessage("allowed origin: \"https://*.example.com\" (expected: scheme://host or scheme://host:port;"
                        + " \"*\" is allowed only by itself, so list each subdomain)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cors.of("*", "https://app.example.com"))
                .withMessage("allowed origins: [*, https://app.example.com] (expected: \"*\" alone, which allows every"
                        + " origin, or a list of origins)");
    }

    @Test
    void allowsPrivateNetworksOnRequest() {
        Application open = API.behind(Cors.builder(APP).privateNetwork().build());
        String[] headers = {
            "Origin", APP, "Access-Control-Request-Method", "GET", "Access-Control-Request-Private-Network", "true"
        };

        assertThat(send(open, "OPTIONS", headers).headers().first("access-control-allow-private-network"))
                .hasValue("true");
        assertThat(send(shared, "OPTIONS", headers).status()).isEqualTo(403);
        assertThat(send(open, "OPTIONS", "Origin", APP, "Access-Control-Request-Method", "GET")
                        .headers()
                        .contains("access-control-allow-private-network"))
                .isFalse();
    }

    @Test
    void givesCachesTheSameResponseForEveryOrigin() {
        Application open = API.behind(Cors.of("*"));

        assertThat(send(open, "GET").headers().all("access-control-allow-origin"))
                .containsExactly("*");
        assertThat(send(open, "GET", "Origin", APP).headers().all("access-control-allow-origin"))
                .containsExactly("*");
    }
}
