package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.DATA;
import static io.channels4j.netty.Http2Client.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests flow control in both directions (RFC 9113 §5.2). */
class Http2FlowTest {

    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int WINDOW = 65_535;
    private static final int FLOW_CONTROL_ERROR = 3;

    private final CompletableFuture<Void> proceed = new CompletableFuture<>();
    private NettyServer server;
    private Http2Client client;

    private void connect(Apps.Script script, int... settings) {
        server = ServersWithoutLifespan.builder(Apps.script(script)).port(0).start();
        client = Http2Client.open(server, settings);
    }

    @AfterEach
    void stop() {
        proceed.complete(null);
        client.close();
        server.close();
    }

    /** Does not read the body of a POST request until {@code proceed} completes. */
    private void slow(Apps.Conversation http) {
        if (http.scope().method().equals("POST")) {
            proceed.join();
        }
        http.respond(200, Headers.empty(), "" + http.body().length());
    }

    /** Sends enough body data to fill the window. */
    private void fillWindow(int stream) {
        for (int left = WINDOW; left > 0; left -= 16_384) {
            client.data(stream, new byte[Math.min(left, 16_384)], false);
        }
    }

    private static int increment(Http2Client.Frame update) {
        return ByteBuffer.wrap(update.payload()).getInt();
    }

    @Test
    @DisplayName("RFC 9113 §5.2.2: the window of a stream is restored only when the application reads")
    void restoresTheWindowWhenTheApplicationReads() {
        connect(this::slow);
        client.post(1, "/");
        fillWindow(1);
        client.get(3, "/");
        int early = 0;
        Http2Client.Frame frame = client.read();
        while (!(frame.stream() == 3 && frame.ends())) {
            early += frame.type() == WINDOW_UPDATE && frame.stream() == 1 ? increment(frame) : 0;
            frame = client.read();
        }
        assertThat(early).isLessThanOrEqualTo(2 * 16_384); // at most the data of the first event
        proceed.complete(null);

        int given = early;
        while (given < WINDOW / 2) {
            frame = client.await(WINDOW_UPDATE);
            given += frame.stream() == 1 ? increment(frame) : 0;
        }
        assertThat(client.data(1, "", true).response(1).body()).isEqualTo("" + WINDOW);
    }

    @Test
    @DisplayName("P3: DATA frames that wait for the application are merged")
    void mergesFramesThatWait() {
        List<HttpRequest> parts = new CopyOnWriteArrayList<>();
        connect(http -> {
            if (http.scope().method().equals("GET")) {
                http.respond(200, Headers.empty(), "read");
                return;
            }
            proceed.join();
            while (parts.isEmpty() || parts.get(parts.size() - 1).more()) {
                parts.add((HttpRequest) http.next());
            }
            http.respond(200, Headers.empty(), "" + parts.size());
        });
        client.post(1, "/");
        for (int i = 0; i < 1_000; i++) {
            client.data(1, new byte[] {(byte) i}, false);
        }
        client.headers(1, Http2Client.END_STREAM, "x-checksum", "1");
        assertThat(client.get(3, "/").response(3).body()).isEqualTo("read"); // all data has arrived
        proceed.complete(null);

        assertThat(client.response(1).body()).isIn("2", "3");
        ByteBuffer body = ByteBuffer.allocate(2_000);
        parts.forEach(part -> body.put(part.body()));
        assertThat(body.position()).isEqualTo(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(body.get(i)).isEqualTo((byte) i);
        }
    }

    @Test
    @DisplayName("P4: an application that does not read delays no other stream of its connection")
    void applicationThatDoesNotReadDelaysNoOtherStream() {
        connect(this::slow);
        for (int stream = 1; stream < 20; stream += 2) {
            client.post(stream, "/");
            fillWindow(stream);
        }

        assertThat(client.get(21, "/").response(21).status()).isEqualTo(200);
        proceed.complete(null);
        for (int stream = 1; stream < 20; stream += 2) {
            assertThat(client.data(stream, "", true).response(stream).body()).isEqualTo("" + WINDOW);
        }
    }

    @Test
    @DisplayName("RFC 9113 §6.9.1: a stream that exceeds its window is reset")
    void resetsStreamThatExceedsItsWindow() {
        connect(this::slow);
        client.post(1, "/");
        fillWindow(1);
        fillWindow(1);

        Http2Client.Frame reset = client.next(1);
        assertThat(reset.type()).isEqualTo(Http2Client.RST_STREAM);
        assertThat(reset.error()).isEqualTo(FLOW_CONTROL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9113 §5.2.1: a response waits for the window of its stream")
    void responseWaitsForTheWindowOfItsStream() {
        connect(http -> http.respond(200, Headers.empty(), "0123456789abcde"), INITIAL_WINDOW_SIZE, 10);
        client.get(1, "/").head(1);

        assertThat(client.next(1).payload()).hasSize(10);
        client.window(1, 3);
        assertThat(client.next(1).payload()).hasSize(3);
        client.window(1, 3);
        Http2Client.Frame last = client.next(1);
        assertThat(last.payload()).hasSize(2);
        assertThat(last.ends()).isTrue();
    }

    @Test
    @DisplayName("RFC 9113 §6.9.2: a change of the initial window resumes waiting streams")
    void changeOfTheInitialWindowResumesWaitingStreams() {
        connect(http -> http.respond(200, Headers.empty(), "0123456789"), INITIAL_WINDOW_SIZE, 0);
        client.get(1, "/").head(1);
        client.settings(INITIAL_WINDOW_SIZE, 100);

        assertThat(client.body(1)).isEqualTo("0123456789");
    }

    @Test
    @DisplayName("P3: send completes when the window opens")
    void sendCompletesWhenTheWindowOpens() {
        CompletableFuture<CompletableFuture<Void>> sent = new CompletableFuture<>();
        connect(
                http -> {
                    http.send(new HttpResponseStart(200, Headers.empty()));
                    sent.complete(http.sender()
                            .send(new HttpResponseBody(new byte[200_000], true))
                            .toCompletableFuture());
                    proceed.join();
                    http.send(new HttpResponseBody(new byte[0], false));
                },
                INITIAL_WINDOW_SIZE,
                0);
        client.get(1, "/").head(1);
        CompletableFuture<Void> stage = sent.join();
        assertThat(stage).isNotDone();
        client.window(0, 1_000_000).window(1, 1_000_000);

        assertThat(stage).succeedsWithin(Duration.ofSeconds(10));
        proceed.complete(null);
        assertThat(client.body(1)).hasSize(200_000);
    }

    @Test
    void waitingStreamDelaysNoOther() {
        connect(http -> http.respond(200, Headers.empty(), "0123456789"), INITIAL_WINDOW_SIZE, 5);
        client.get(1, "/").head(1);
        client.get(3, "/");
        client.window(3, 100);

        assertThat(client.response(3).body()).isEqualTo("0123456789");
        assertThat(client.next(1).type()).isEqualTo(DATA);
    }

    @Test
    void disconnectsWhenTheClientResetsTheStream() {
        CompletableFuture<Object> last = new CompletableFuture<>();
        connect(http -> {
            http.send(new HttpResponseStart(200, Headers.empty()));
            http.send(new HttpResponseBody(new byte[1], true));
            http.next();
            last.complete(http.next());
        });
        client.get(1, "/").head(1);
        client.reset(1, Http2Client.CANCEL);

        assertThat(last).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(HttpDisconnect.class);
    }

    @Test
    @DisplayName("RFC 9113 §8.1: a response that fails midway is reset")
    void resetsStreamWhenTheApplicationFailsMidway() {
        connect(http -> {
            http.send(new HttpResponseStart(200, Headers.empty()));
            http.send(new HttpResponseBody(new byte[1], true));
            throw new IllegalStateException("secret");
        });
        client.get(1, "/").head(1);
        assertThat(client.next(1).type()).isEqualTo(DATA);

        assertThat(client.next(1).error()).isEqualTo(Http2Client.INTERNAL_ERROR);
        assertThat(client.get(3, "/").head(3).status()).isEqualTo(200);
    }

    @Test
    void respondsWith500WhenTheApplicationFails() {
        connect(http -> {
            throw new IllegalStateException("secret");
        });

        assertThat(client.get(1, "/").response(1).status()).isEqualTo(500);
    }
}
