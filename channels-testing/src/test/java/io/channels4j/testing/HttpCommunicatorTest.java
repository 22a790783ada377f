package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HttpCommunicatorTest {

    private static final Application ECHO = Line.application(line -> {
        line.send(new HttpResponseStart(200, Headers.of("X-Method", line.scope().method())));
        HttpRequest part;
        do {
            part = line.receive(HttpRequest.class);
            line.send(new HttpResponseBody(part.body(), part.more()));
        } while (part.more());
        line.receive(HttpDisconnect.class);
    });

    private static HttpCommunicator get(Application application) {
        return HttpCommunicator.builder(application, "GET", "/").build();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void sendsRequestAndReceivesResponse() {
        try (HttpCommunicator client =
                HttpCommunicator.builder(ECHO, "post", "/").body("hello").build()) {
            HttpCommunicator.Response response = client.getResponse();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().first("x-method")).hasValue("POST");
            assertThat(response.text()).isEqualTo("hello");
        }
    }

    @Test
    void readsJson() {
        try (HttpCommunicator client = HttpCommunicator.builder(ECHO, "POST", "/")
                .body(utf8("{\"n\":1}"))
                .build()) {
            assertThat(client.getResponse().json().path("n").intValue()).isEqualTo(1);
        }
    }

    @Test
    void scopeIsThatOfRequest() {
        AtomicReference<Scope> seen = new AtomicReference<>();
        Application application = (scope, receiver, sender) -> {
            seen.set(scope);
            return ECHO.handle(scope, receiver, sender);
        };
        try (HttpCommunicator client = HttpCommunicator.builder(application, "GET", "https://example.com/a%20b?c=d")
                .header("Accept", "text/html")
                .build()) {
            client.getResponse();
        }

        Scope scope = seen.get();
        assertThat(scope.type()).isEqualTo("http");
        assertThat(scope.method()).isEqualTo("GET");
        assertThat(scope.scheme()).isEqualTo("https");
        assertThat(scope.path()).isEqualTo("/a b");
        assertThat(scope.queryString()).isEqualTo("c=d");
        assertThat(scope.headers().first("host")).hasValue("example.com");
        assertThat(scope.headers().first("accept")).hasValue("text/html");
    }

    @Test
    void sendsRequestAndReceivesResponseInParts() {
        try (HttpCommunicator client =
                HttpCommunicator.builder(ECHO, "POST", "/").build()) {
            client.sendBody(utf8("one"), true);
            assertThat(client.receiveHead().status()).isEqualTo(200);
            assertThat(client.receivePart()).asString().isEqualTo("one");
            assertThat(client.complete()).isFalse();

            client.sendBody(utf8("two"), false);
            assertThat(client.receivePart()).asString().isEqualTo("two");
            assertThat(client.complete()).isTrue();
            assertThatThrownBy(client::receivePart).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void responseContainsTheRemainingBody() {
        try (HttpCommunicator client =
                HttpCommunicator.builder(ECHO, "POST", "/").build()) {
            client.sendBody(utf8("one"), true);
            client.receivePart();
            client.sendBody(utf8("two"), true);
            client.sendBody(utf8("three"), false);

            assertThat(client.getResponse().text()).isEqualTo("twothree");
        }
    }

    @Test
    void applicationGetsDisconnectWhenResponseIsComplete() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = Line.application(line -> {
            line.receive(HttpRequest.class);
            line.send(new HttpResponseStart(204, Headers.empty()));
            line.send(new HttpResponseBody(new byte[0], false));
            seen.add(line.receive());
        });
        try (HttpCommunicator client = get(application)) {
            assertThat(client.getResponse().status()).isEqualTo(204);
        }

        assertThat(seen).containsExactly(HttpDisconnect.afterResponse());
    }

    @Test
    void applicationGetsDisconnectWhenPeerLeaves() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = Line.application(line -> {
            line.receive(HttpRequest.class);
            line.send(new HttpResponseStart(200, Headers.empty()));
            seen.add(line.receive());
        });
        try (HttpCommunicator client = get(application)) {
            client.receiveHead();

            client.disconnect();
        }

        assertThat(seen).containsExactly(new HttpDisconnect());
    }

    @Test
    void closeLeaves() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = Line.application(line -> {
            line.receive(HttpRequest.class);
            line.send(new HttpResponseStart(200, Headers.empty()));
            seen.add(line.receive());
        });
        try (HttpCommunicator client = get(application)) {
            client.receiveHead();
        }

        assertThat(seen).containsExactly(new HttpDisconnect());
    }

    @Test
    void bodyBeforeHeadersFails() {
        Application application = Line.application(line -> {
            line.receive();
            line.send(new HttpResponseBody(utf8("hello"), false));
        });
        try (HttpCommunicator client = get(application)) {
            assertThatThrownBy(client::getResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(
                            "send http.response.body: the response has not started (expected: http.response.start)")
                    .hasMessageContaining("-> application  http.request 0 bytes, last part");
        }
    }

    @Test
    void bodyBehindLastOneFails() {
        Application application = Line.application(line -> {
            line.receive();
            line.send(new HttpResponseStart(200, Headers.empty()));
            line.send(new HttpResponseBody(utf8("hello"), false));
            line.send(new HttpResponseBody(utf8("again"), false));
        });
        HttpCommunicator client = get(application);
        assertThat(client.getResponse().text()).isEqualTo("hello");

        assertThatThrownBy(client::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("send http.response.body: the response is complete (expected: nothing)");
    }

    @Test
    void endWithoutResponseFails() {
        try (HttpCommunicator client = get(Line.application(Line::receive))) {
            assertThatThrownBy(client::getResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the application ended without a response");
        }
    }

    @Test
    void endWithinResponseFails() {
        Application application = Line.application(line -> {
            line.receive();
            line.send(new HttpResponseStart(200, Headers.empty()));
        });
        try (HttpCommunicator client = get(application)) {
            assertThatThrownBy(client::getResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the application ended without the rest of the response");
        }
    }

    @Test
    void failureReachesTestAndPeerSees500() {
        RuntimeException broken = new IllegalStateException("broken");
        Application application = (scope, receiver, sender) -> {
            throw broken;
        };
        try (HttpCommunicator client = get(application)) {
            assertThatThrownBy(client::getResponse).isSameAs(broken);

            assertThat(client.getResponse().status()).isEqualTo(500);
            assertThat(client.getResponse().text()).isEmpty();
        }
    }

    @Test
    void peerOfOverloadedApplicationSees503() {
        Application application = (scope, receiver, sender) -> {
            throw new OverloadedException("threads: all taken");
        };
        try (HttpCommunicator client = get(application)) {
            assertThatThrownBy(client::getResponse).isInstanceOf(OverloadedException.class);

            assertThat(client.getResponse().status()).isEqualTo(503);
        }
    }

    @Test
    void timeoutLeavesApplicationAlive() {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Application application = Line.application(line -> {
            line.receive();
            String answer = answers.take();
            line.send(new HttpResponseStart(200, Headers.empty()));
            line.send(new HttpResponseBody(utf8(answer), false));
            line.receive();
        });
        try (HttpCommunicator client = HttpCommunicator.builder(application, "GET", "/")
                .timeout(Duration.ofMillis(500))
                .build()) {
            assertThatThrownBy(client::getResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("response: nothing within 500 ms (expected: http.response.start)");

            answers.add("at last");

            assertThat(client.getResponse().text()).isEqualTo("at last");
        }
    }
}
