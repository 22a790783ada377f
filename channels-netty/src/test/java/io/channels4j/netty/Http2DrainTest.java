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

    private final CompletableFuture<Void> goOn = new CompletableFuture<>();
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
        server = NettyServer.builder(Apps.script(any -> {
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
                        goOn.join();
                        any.respond(200, Headers.empty(), "whole");
                    }
                }))
                .port(0)
                .lifespan(false)
                .drainTimeout(drainTimeout)
                .applicationCloseTimeout(Duration.ofMillis(100))
                .start();
        client = Http2Client.open(server);
    }

    @AfterEach
    void stop() {
        goOn.complete(null);
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
    @DisplayName("RFC 9113 §6.8: first it is told that the connection goes away, then which stream is the last")
    void goesAwayInTwoSteps() {
        request(1);
        drain();

        Http2Client.Frame first = client.await(GOAWAY);
        assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
        assertThat(first.error()).isEqualTo(Http2Client.NO_ERROR);
        request(3); // on its way before the client knew
        acknowledgePing();
        Http2Client.Frame second = client.await(GOAWAY);
        assertThat(second.lastStream()).isEqualTo(3);
        assertThat(second.error()).isEqualTo(Http2Client.NO_ERROR);
        goOn.complete(null);
        assertThat(client.response(1).body()).isEqualTo("whole");
        assertThat(client.response(3).body()).isEqualTo("whole");
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    @DisplayName("RFC 9113 §6.8: a stream behind the last one is ignored")
    void aStreamBehindTheLastOneIsIgnored() {
        request(1);
        drain();
        client.await(GOAWAY);
        acknowledgePing();
        client.await(GOAWAY);
        client.post(3, "/").data(3, "body", true).frame(PING, 0, 0, new byte[8]);
        client.await(PING);

        assertThat(started.availablePermits()).isZero();
        goOn.complete(null);
        assertThat(client.response(1).body()).isEqualTo("whole");
    }

    @Test
    void waitsNoLongerThanASecondForAnAnswerToThePing() {
        client.await(SETTINGS); // the server knows which version it speaks
        drain();
        client.await(GOAWAY);

        assertThat(client.await(GOAWAY).lastStream()).isZero();
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void tellsWebSocketsThatTheServiceRestarts() {
        client.connectWebSocket(1, "/").head(1);
        drain();

        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1012);
        client.data(1, RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xf4}), true);
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void endsAStreamOfServerSentEvents() {
        client.get(1, "/events").head(1);
        assertThat(client.next(1).payload()).asString(StandardCharsets.US_ASCII).isEqualTo("data: one\n\n");
        drain();

        assertThat(client.next(1).ends()).isTrue();
        assertThat(last).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(HttpDisconnect.class);
        assertThat(client.ended()).isTrue();
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void cutsWhatIsLeftWhenTheTimeIsOver() {
        stop();
        start(Duration.ofMillis(200));
        request(1);
        drain();

        assertThat(client.ended()).isTrue();
        goOn.complete(null);
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
    }
}
