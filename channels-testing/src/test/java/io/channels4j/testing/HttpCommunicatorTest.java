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

    private static final Application ECHO = SequentialConnection.application(connection -> {
        connection.send(new HttpResponseStart(
                200, Headers.of("X-Method", connection.scope().method())));
        HttpRequest part;
        do {
            part = connection.receive(HttpRequest.class);
            connection.send(new HttpResponseBody(part.body(), part.more()));
        } while (part.more());
        connection.receive(HttpDisconnect.class);
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
    void scopeDescribesTheRequest() {
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
    void disconnectsTheApplicationWhenTheResponseIsComplete() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive(HttpRequest.class);
            connection.send(new HttpResponseStart(204, Headers.empty()));
            connection.send(new HttpResponseBody(new byte[0], false));
            seen.add(connection.receive());
        });
        try (HttpCommunicator client = get(application)) {
            assertThat(client.getResponse().status()).isEqualTo(204);
        }

        assertThat(seen).containsExactly(HttpDisconnect.afterResponse());
    }

    @Test
    void disconnectsTheApplicationWhenThePeerLeaves() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive(HttpRequest.class);
            connection.send(new HttpResponseStart(200, Headers.empty()));
            seen.add(connection.receive());
        });
        try (HttpCommunicator client = get(application)) {
            client.receiveHead();

            client.disconnect();
        }

        assertThat(seen).containsExactly(new HttpDisconnect());
    }

    @Test
    void closeDisconnects() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive(HttpRequest.class);
            connection.send(new HttpResponseStart(200, Headers.empty()));
            seen.add(connection.receive());
        });
        try (HttpCommunicator client = get(application)) {
            client.receiveHead();
        }

        assertThat(seen).containsExactly(new HttpDisconnect());
    }

    @Test
    void bodyBeforeHeadersFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new HttpResponseBody(utf8("hello"), false));
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
    void bodyAfterTheLastPartFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new HttpResponseStart(200, Headers.empty()));
            connection.send(new HttpResponseBody(utf8("hello"), false));
            connection.send(new HttpResponseBody(utf8("again"), false));
        });
        HttpCommunicator client = get(application);
        assertThat(client.getResponse().text()).isEqualTo("hello");

        assertThatThrownBy(client::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("send http.response.body: the response is complete (expected: nothing)");
    }

    @Test
    void endWithoutResponseFails() {
        try (HttpCommunicator client = get(SequentialConnection.application(SequentialConnection::receive))) {
            assertThatThrownBy(client::getResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the application ended without a response");
        }
    }

    @Test
    void endDuringTheResponseFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new HttpResponseStart(200, Headers.empty()));
        });
        try (HttpCommunicator client = get(application)) {
            assertThatThrownBy(client::getResponse)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the application ended without the rest of the response");
        }
    }

    @Test
    void throwsTheFailureAndRespondsWith500() {
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
    void respondsWith503OnOverload() {
        Application application = (scope, receiver, sender) -> {
            throw new OverloadedException("threads: all taken");
        };
        try (HttpCommunicator client = get(application)) {
            assertThatThrownBy(client::getResponse).isInstanceOf(OverloadedException.class);

            assertThat(client.getResponse().status()).isEqualTo(503);
        }
    }

    @Test
    void timeoutDoesNotEndTheApplication() {
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            String answer = answers.take();
            connection.send(new HttpResponseStart(200, Headers.empty()));
            connection.send(new HttpResponseBody(utf8(answer), false));
            connection.receive();
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
