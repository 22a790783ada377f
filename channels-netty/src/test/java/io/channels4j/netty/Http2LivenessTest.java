package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.PING;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.ServerTimeouts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests an HTTP/2 client that has an open stream but sends nothing. */
class Http2LivenessTest {

    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private NettyServer server;
    private Http2Client client;

    /** Serves an endless stream of events. */
    private void start(Duration pingTimeout) {
        server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    http.send(new HttpResponseStart(200, Headers.of("content-type", "text/event-stream")));
                    http.send(new HttpResponseBody("data: one\n\n".getBytes(StandardCharsets.US_ASCII), true));
                    Event event = http.next();
                    while (event instanceof HttpRequest) {
                        event = http.next();
                    }
                    last.complete(event);
                }))
                .port(0)
                .timeouts(ServerTimeouts.defaults()
                        .withPingInterval(Duration.ofMillis(50))
                        .withPingTimeout(pingTimeout))
                .start();
        client = Http2Client.open(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    @DisplayName("RFC 9113 §6.7: a silent client with an open stream is pinged, and stays connected if it replies")
    void keepsClientThatAnswers() {
        start(Duration.ofSeconds(10));
        client.get(1, "/").head(1);
        for (int i = 0; i < 5; i++) {
            assertThat(client.await(PING).flags()).isZero(); // the client replies
        }

        assertThat(last).isNotDone();
    }

    @Test
    @DisplayName("P3: a client that is gone is disconnected after the ping, although its stream is open")
    void disconnectsClientThatDoesNotAnswer() {
        start(Duration.ofMillis(50));
        client.await(Http2Client.SETTINGS);
        client.get(1, "/");
        assertThat(client.awaitUnanswered(PING).flags()).isZero();

        assertThat(last).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(HttpDisconnect.class);
        assertThat(client.ended()).isTrue();
    }
}
