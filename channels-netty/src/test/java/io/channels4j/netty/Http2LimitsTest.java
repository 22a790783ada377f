package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.GOAWAY;
import static io.channels4j.netty.Http2Client.REFUSED_STREAM;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Http2LimitsTest extends Http2LimitsFixture {

    private static final int MAX_CONCURRENT_STREAMS = 3;

    // ---- streams ----

    @Test
    @DisplayName("RFC 9113 §6.5.2: SETTINGS announce the limit of concurrent streams")
    void settingsAnnounceTheLimitOfStreams() {
        connect(respondingAfterProceed().http2(Http2Settings.defaults().withMaxConcurrentStreams(7)));

        assertThat(client.await(Http2Client.SETTINGS).payload())
                .containsSequence(0, MAX_CONCURRENT_STREAMS, 0, 0, 0, 7);
    }

    @Test
    @DisplayName("RFC 9113 §5.1.2: a stream beyond the limit is refused, even before SETTINGS are acknowledged, and its"
            + " body is ignored")
    void refusesStreamBeyondTheLimit() {
        connect(respondingAfterProceed().http2(Http2Settings.defaults().withMaxConcurrentStreams(2)));
        client.get(1, "/").get(3, "/").post(5, "/").data(5, "body", true);

        Http2Client.Frame reset = client.next(5);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.error()).isEqualTo(REFUSED_STREAM);
        proceed.complete(null);
        assertThat(client.response(1).body()).isEqualTo("late");
        assertThat(client.response(3).body()).isEqualTo("late");
        assertThat(client.get(7, "/").response(7).body()).isEqualTo("late");
    }

    @Test
    void refusesStreamBeyondTheLimitAfterSettingsAck() {
        connect(respondingAfterProceed().http2(Http2Settings.defaults().withMaxConcurrentStreams(1)));
        client.await(Http2Client.SETTINGS);
        client.get(1, "/").post(3, "/").data(3, "body", true);

        assertThat(client.next(3).error()).isEqualTo(REFUSED_STREAM);
        proceed.complete(null);
        assertThat(client.response(1).body()).isEqualTo("late");
    }

    @Test
    void refusesRequestBeyondTheLimitAndServesTheOthers() {
        connect(respondingAfterProceed().limits(ServerLimits.defaults().withMaxRequests(1)));
        client.get(1, "/").get(3, "/");

        Http2Client.Response response = client.response(3);
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("retry-after")).isEqualTo("1");
        proceed.complete(null);
        assertThat(client.response(1).status()).isEqualTo(200);
        assertThat(client.get(5, "/").response(5).status()).isEqualTo(200);
    }

    // ---- time ----

    @Test
    void closesIdleConnectionWithoutStreams() {
        connect(respondingAfterProceed().timeouts(ServerTimeouts.defaults().withIdle(Duration.ofMillis(100))));

        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.NO_ERROR);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void keepsIdleConnectionWhoseStreamWaitsForTheApplication() {
        connect(respondingAfterProceed().timeouts(ServerTimeouts.defaults().withIdle(Duration.ofMillis(50))));
        client.get(1, "/");
        started.acquireUninterruptibly();
        CompletableFuture.delayedExecutor(300, java.util.concurrent.TimeUnit.MILLISECONDS)
                .execute(() -> proceed.complete(null));

        assertThat(client.response(1).body()).isEqualTo("late");
    }

    @Test
    void resetsStreamWhoseBodyDoesNotArrive() {
        server = ServersWithoutLifespan.builder(Apps.script(http -> http.respond(200, Headers.empty(), http.body())))
                .port(0)
                .timeouts(ServerTimeouts.defaults().withIdle(Duration.ofMillis(100)))
                .start();
        client = Http2Client.open(server);
        client.post(1, "/");

        assertThat(client.next(1).error()).isEqualTo(Http2Client.CANCEL);
    }

    @Test
    void resetsStreamWhoseResponseIsNotRead() {
        server = ServersWithoutLifespan.builder(Apps.script(http -> http.respond(200, Headers.empty(), "answer")))
                .port(0)
                .timeouts(ServerTimeouts.defaults().withIdle(Duration.ofMillis(100)))
                .start();
        client = Http2Client.open(server, 4, 0);
        client.get(1, "/").head(1);

        assertThat(client.next(1).error()).isEqualTo(Http2Client.CANCEL);
    }
}
