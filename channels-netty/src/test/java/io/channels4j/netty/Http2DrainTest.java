package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.GOAWAY;
import static io.channels4j.netty.Http2Client.PING;
import static io.channels4j.netty.Http2Client.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.WebSocketAccept;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Http2DrainTest {

    private final CompletableFuture<Void> proceed = new CompletableFuture<>();
    private final Semaphore started = new Semaphore(0);
    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private NettyServer server;
    private Http2Client client;
    private CompletableFuture<Void> closed;

    @BeforeEach
    void start() {
        start(Duration.ofSeconds(30));
    }

    private void start(Duration drainTimeout) {
        server = ServersWithoutLifespan.builder(Apps.script(any -> {
                    if (any.scope().type().equals("websocket")) {
                        any.next();
                        any.send(new WebSocketAccept());
                        any.next();
                    } else if (any.scope().path().equals("/events")) {
                        any.send(new HttpResponseStart(200, Headers.of("content-type", "text/event-stream")));
                        any.send(new HttpResponseBody("data: one\n\n".getBytes(StandardCharsets.US_ASCII), true));
                        any.next();
                        last.complete(any.next());
                    } else {
                        started.release();
                        proceed.join();
                        any.respond(200, Headers.empty(), "whole");
                    }
                }))
                .port(0)
                .timeouts(
                        ServerTimeouts.defaults().withDrain(drainTimeout).withApplicationClose(Duration.ofMillis(100)))
                .start();
        client = Http2Client.open(server);
    }

    @AfterEach
    void stop() {
        proceed.complete(null);
        client.close();
        server.close();
    }

    private void drain() {
        closed = CompletableFuture.runAsync(server::close);
    }

    private void request(int stream) {
        client.get(stream, "/");
        started.acquireUninterruptibly();
    }

    private Http2Client.Frame acknowledgePing() {
        Http2Client.Frame ping = client.await(PING);
        client.frame(PING, Http2Client.ACK, 0, ping.payload());
        return ping;
    }

    @Test
    @DisplayName("RFC 9113 §6.8: GOAWAY comes first without, then with the last stream")
    void sendsGoAwayInTwoSteps() {
        request(1);
        drain();

        Http2Client.Frame first = client.await(GOAWAY);
        assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
        assertThat(first.error()).isEqualTo(Http2Client.NO_ERROR);
        request(3); // as if sent before the client received GOAWAY
        acknowledgePing();
        Http2Client.Frame second = client.await(GOAWAY);
        assertThat(second.lastStream()).isEqualTo(3);
        assertThat(second.error()).isEqualTo(Http2Client.NO_ERROR);
        proceed.complete(null);
        assertThat(client.response(1).body()).isEqualTo("whole");
        assertThat(client.response(3).body()).isEqualTo("whole");
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("RFC 9113 §6.8: a stream after the last one is ignored")
    void ignoresStreamAfterTheLastOne() {
        request(1);
        drain();
        client.await(GOAWAY);
        acknowledgePing();
        client.await(GOAWAY);
        client.post(3, "/").data(3, "body", true).frame(PING, 0, 0, new byte[8]);
        client.await(PING);

        assertThat(started.availablePermits()).isZero();
        proceed.complete(null);
        assertThat(client.response(1).body()).isEqualTo("whole");
    }

    @Test
    void waitsAtMostASecondForTheAnswerToPing() {
        client.await(SETTINGS); // waits until HTTP/2 is established
        drain();
        client.await(GOAWAY);

        assertThat(client.await(GOAWAY).lastStream()).isZero();
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void closesWebSocketsWithServiceRestart() {
        client.connectWebSocket(1, "/").head(1);
        drain();

        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1012);
        client.data(1, RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xf4}), true);
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void endsStreamOfServerSentEvents() {
        client.get(1, "/events").head(1);
        assertThat(client.next(1).payload()).asString(StandardCharsets.US_ASCII).isEqualTo("data: one\n\n");
        drain();

        assertThat(client.next(1).ends()).isTrue();
        assertThat(last).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(HttpDisconnect.class);
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void closesConnectionsAfterTheDrainTimeout() {
        stop();
        start(Duration.ofMillis(200));
        request(1);
        drain();

        assertThat(client.ended()).isTrue();
        proceed.complete(null);
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }
}
