package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.OverloadedException;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private NettyServer server;
    private RawClient client;

    private RawClient connect(Application application) {
        server = ServersWithoutLifespan.builder(application).port(0).start();
        client = new RawClient(server.localAddress());
        return client;
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static HttpResponseBody part(String text, boolean more) {
        return new HttpResponseBody(text.getBytes(StandardCharsets.UTF_8), more);
    }

    @Test
    void announcesTheLengthOfACompleteBody() {
        connect(Apps.script(http -> http.respond(201, Headers.of("x-a", "1", "x-a", "2"), "hello")));
        RawClient.Response response = client.send(GET).response("GET");

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.head())
                .startsWith("HTTP/1.1 201 Created\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 5\r\ndate: ");
    }

    @Test
    void sendsBodyInPartsAsChunks() {
        connect(Apps.script(http -> {
            http.send(new HttpResponseStart(200, Headers.of("transfer-encoding", "gzip")));
            http.send(part("hel", true));
            http.send(part("", true));
            http.send(part("lo", true));
            http.send(part("", false));
        }));
        RawClient.Response response = client.send(GET).response("GET");

        assertThat(response.header("transfer-encoding")).isEqualTo("chunked");
        assertThat(response.body()).isEqualTo("hello");
    }

    @Test
    void sendsBodyInPartsWithContentLengthOfTheApplication() {
        connect(Apps.script(http -> {
            http.send(new HttpResponseStart(200, Headers.of("content-length", "5")));
            http.send(part("hel", true));
            http.send(part("lo", false));
        }));
        RawClient.Response response = client.send(GET).response("GET");

        assertThat(response.header("transfer-encoding")).isEmpty();
        assertThat(response.body()).isEqualTo("hello");
    }

    @Test
    void endsHttp10BodyOfUnknownLengthWithTheConnection() {
        connect(Apps.script(http -> {
            http.send(new HttpResponseStart(200, Headers.empty()));
            http.send(part("hel", true));
            http.send(part("lo", false));
        }));

        assertThat(client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                        .response("GET")
                        .body())
                .isEqualTo("hello");
    }

    @Test
    void sendsNoBodyWithStatusThatHasNone() {
        connect(Apps.script(http ->
                http.respond(Integer.parseInt(http.scope().path().substring(1)), Headers.empty(), "not to be seen")));

        for (int status : new int[] {204, 304}) {
            RawClient.Response response = client.send("GET /" + status + " HTTP/1.1\r\nHost: h\r\n\r\n")
                    .response("GET");
            assertThat(response.status()).isEqualTo(status);
        }
    }

    @Test
    @DisplayName("RFC 9110 §15.3.6: status 205 has no content")
    void sendsNoContentWithStatus205() {
        connect(Apps.script(http -> {
            if (http.scope().path().equals("/parts")) {
                http.send(new HttpResponseStart(205, Headers.of("content-length", "3")));
                http.send(part("n", true));
                http.send(part("ot", false));
            } else {
                http.respond(205, Headers.empty(), "not to be seen");
            }
        }));

        for (String path : new String[] {"/whole", "/parts", "/whole"}) {
            RawClient.Response response =
                    client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");
            assertThat(response.status()).isEqualTo(205);
            assertThat(response.header("content-length")).isEqualTo("0");
        }
    }

    @Test
    void rejectsBodyLongerThanContentLength() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        connect(Apps.script(http -> {
            http.send(new HttpResponseStart(200, Headers.of("content-length", "3")));
            try {
                http.send(part("hello", false));
            } catch (CompletionException e) {
                refused.complete(e.getCause());
            }
            http.send(part("hel", false));
        }));

        assertThat(client.send(GET).response("GET").body()).isEqualTo("hel");
        assertThat(refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("content-length");
    }

    @Test
    void closesConnectionAfterResponseShorterThanContentLength() {
        connect(Apps.script(http -> {
            http.send(new HttpResponseStart(200, Headers.of("content-length", "5")));
            http.send(part("hel", true));
        }));
        client.send(GET);

        assertThat(client.response("GET").body()).isEqualTo("hel");
        assertThat(client.ended()).isTrue();
    }

    @Test
    @DisplayName("P7: a failed application results in status 500, and the connection stays open")
    void respondsWith500WhenTheApplicationFails() {
        connect((scope, receiver, sender) -> {
            throw new IllegalStateException("secret");
        });

        for (int i = 0; i < 2; i++) {
            RawClient.Response response = client.send(GET).response("GET");
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).isEqualTo("500 Internal Server Error\n");
        }
    }

    @Test
    void respondsWith500WhenTheApplicationFailsBeforeTheBody() {
        connect((scope, receiver, sender) -> sender.send(new HttpResponseStart(200, Headers.of("x-a", "1")))
                .thenCompose(sent -> CompletableFuture.failedFuture(new IllegalStateException("secret"))));
        RawClient.Response response = client.send(GET).response("GET");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.header("x-a")).isEmpty();
    }

    @Test
    void respondsWith503WhenTheApplicationIsOverloaded() {
        connect((scope, receiver, sender) -> CompletableFuture.failedFuture(new OverloadedException("no threads")));

        assertThat(client.send(GET).response("GET").status()).isEqualTo(503);
    }

    @Test
    void respondsWith500WhenTheApplicationEndsWithoutResponse() {
        connect((scope, receiver, sender) -> CompletableFuture.completedFuture(null));

        assertThat(client.send(GET).response("GET").status()).isEqualTo(500);
    }

    @Test
    void rejectsEventsThatDoNotFitTheState() throws Exception {
        CompletableFuture<String> early = new CompletableFuture<>();
        CompletableFuture<String> late = new CompletableFuture<>();
        connect(Apps.script(http -> {
            http.sender().send(part("x", false)).whenComplete((sent, failure) -> early.complete(failure.getMessage()));
            http.respond(200, Headers.empty(), "");
            http.sender().send(part("x", false)).whenComplete((sent, failure) -> late.complete(failure.getMessage()));
        }));
        client.send(GET).response("GET");

        assertThat(early.get(10, TimeUnit.SECONDS))
                .contains("http.response.body", "not started", "http.response.start");
        assertThat(late.get(10, TimeUnit.SECONDS)).contains("the response is complete");
    }

    @Test
    void disconnectsAfterTheResponse() throws Exception {
        CompletableFuture<Event> last = new CompletableFuture<>();
        connect(Apps.script(http -> {
            assertThat(http.next()).isInstanceOf(HttpRequest.class);
            http.respond(200, Headers.empty(), "");
            last.complete(http.next());
            http.scope().closed().toCompletableFuture().join();
        }));
        client.send(GET).response("GET");

        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo(HttpDisconnect.afterResponse());
    }

    @Test
    void disconnectsWhenTheClientResetsTheConnection() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<Event> last = new CompletableFuture<>();
        connect(Apps.script(http -> {
            http.next();
            started.complete(null);
            last.complete(http.next());
            http.scope().closed().toCompletableFuture().join();
        }));
        client.send(GET);
        started.get(10, TimeUnit.SECONDS);
        client.reset();

        assertThat(last.get(10, TimeUnit.SECONDS)).isInstanceOf(HttpDisconnect.class);
    }

    @Test
    void sendWaitsForSlowReader() throws Exception {
        CompletableFuture<Void> firstSendWaits = new CompletableFuture<>();
        connect(Apps.script(http -> {
            http.send(new HttpResponseStart(200, Headers.empty()));
            byte[] mebibyte = new byte[1 << 20];
            for (int i = 0; i < 20; i++) {
                CompletableFuture<Void> sent =
                        http.sender().send(new HttpResponseBody(mebibyte, true)).toCompletableFuture();
                if (!sent.isDone()) {
                    firstSendWaits.complete(null);
                }
                sent.join();
            }
            http.send(part("", false));
        }));
        client.send(GET);
        firstSendWaits.get(10, TimeUnit.SECONDS);

        assertThat(client.response("GET").body()).hasSize(20 << 20);
    }

    @Test
    void discardsBodyThatTheApplicationDidNotRead() {
        connect((scope, receiver, sender) -> sender.send(new HttpResponseStart(200, Headers.empty()))
                .thenCompose(sent -> sender.send(part("ok", false))));
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");
        assertThat(client.response("POST").body()).isEqualTo("ok");

        client.send(new byte[500_000]);

        assertThat(client.send(GET).response("GET").body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "200000\r\nx"})
    void closesConnectionWhenTheRestOfTheBodyIsMalformed(String rest) {
        connect((scope, receiver, sender) -> sender.send(new HttpResponseStart(200, Headers.empty()))
                .thenCompose(sent -> sender.send(part("ok", false))));
        client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(client.response("POST").body()).isEqualTo("ok");

        client.send(rest).send(new byte[1 << 20]);

        assertThat(client.ended()).isTrue();
    }
}
