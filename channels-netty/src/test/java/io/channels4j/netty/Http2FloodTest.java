package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.ENHANCE_YOUR_CALM;
import static io.channels4j.netty.Http2Client.GOAWAY;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.ServerTimeouts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests clients that flood the server with frames or requests (RFC 9113 §10.5). */
class Http2FloodTest extends Http2LimitsFixture {

    /**
     * Connects, and acknowledges the server's SETTINGS before the flood. A later acknowledgment could arrive after the
     * server has closed the connection. The resulting reset would discard the unread GOAWAY.
     */
    private void connectForFlood(NettyServerBuilder builder) {
        connect(builder).await(Http2Client.SETTINGS);
    }

    private void assertEnhanceYourCalm() {
        assertThat(client.await(GOAWAY).error()).isEqualTo(ENHANCE_YOUR_CALM);
        assertThat(client.ended()).isTrue();
        await().untilAsserted(() -> assertThat(refused).contains("flood"));
    }

    private static byte[] many(int number, byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < number; i++) {
            for (byte[] frame : frames) {
                all.writeBytes(frame);
            }
        }
        return all.toByteArray();
    }

    @Test
    @DisplayName("CVE-2023-44487: a client that opens and resets many streams is disconnected")
    void closesConnectionOfClientThatOpensAndResetsStreams() {
        connectForFlood(respondingAfterProceed().http2(Http2Settings.defaults().withMaxStreamResets(50)));
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 51; i++) {
            int stream = 2 * i + 1;
            frames.writeBytes(Http2Client.frameBytes(
                    Http2Client.HEADERS, 5, stream, Http2Client.block(Http2Client.request("GET", "/"))));
            frames.writeBytes(Http2Client.frameBytes(RST_STREAM, 0, stream, Http2Client.number(8)));
        }
        client.send(frames.toByteArray());

        assertEnhanceYourCalm();
    }

    @Test
    void toleratesClientThatResetsFewStreams() {
        connect(respondingAfterProceed().http2(Http2Settings.defaults().withMaxStreamResets(50)));
        for (int stream = 1; stream < 100; stream += 2) {
            client.get(stream, "/").reset(stream, Http2Client.CANCEL);
        }
        proceed.complete(null);

        assertThat(client.get(101, "/").response(101).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("CVE-2025-8671: a client that makes the server reset many streams is disconnected")
    void closesConnectionOfClientThatMakesTheServerResetStreams() {
        connectForFlood(respondingAfterProceed().http2(Http2Settings.defaults().withMaxStreamResets(50)));
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 51; i++) {
            int stream = 2 * i + 1;
            frames.writeBytes(Http2Client.frameBytes(
                    Http2Client.HEADERS, 5, stream, Http2Client.block(Http2Client.request("GET", "/"))));
            frames.writeBytes(Http2Client.frameBytes(Http2Client.WINDOW_UPDATE, 0, stream, Http2Client.number(0)));
        }
        client.send(frames.toByteArray());

        assertEnhanceYourCalm();
    }

    @Test
    void closesConnectionAfterManyMalformedRequests() {
        connectForFlood(respondingAfterProceed().http2(Http2Settings.defaults().withMaxStreamResets(50)));
        for (int stream = 1; stream <= 101; stream += 2) {
            client.get(stream, "/", "connection", "close");
        }

        assertEnhanceYourCalm();
    }

    @Test
    void closesConnectionAfterManyStreamsBeyondTheLimit() {
        connectForFlood(respondingAfterProceed()
                .http2(Http2Settings.defaults().withMaxConcurrentStreams(1).withMaxStreamResets(50)));
        for (int stream = 1; stream <= 103; stream += 2) {
            client.get(stream, "/");
        }

        assertEnhanceYourCalm();
    }

    @Test
    @DisplayName("RFC 9113 §10.5: a client that floods with PING is disconnected")
    void closesConnectionOnPingFlood() {
        connectForFlood(respondingAfterProceed());
        client.send(many(10_001, Http2Client.frameBytes(Http2Client.PING, 0, 0, new byte[8])));

        assertEnhanceYourCalm();
    }

    /** Uses a fast clock, so that the limit per 30 seconds does not apply. */
    @Test
    @DisplayName("RFC 9113 §10.5: a client that pings and does not read is disconnected")
    void closesConnectionOfClientThatPingsWithoutReading() {
        AtomicLong looks = new AtomicLong();
        server = respondingAfterProceed()
                .timeouts(ServerTimeouts.defaults()
                        .withClock(() -> Instant.EPOCH.plusSeconds(31 * looks.incrementAndGet()))
                        .withIdle(Duration.ofDays(10_000)))
                .start();
        client = new Http2Client(Http2Client.connect(server, 4096)).begin();
        byte[] pings = many(1_000, Http2Client.frameBytes(Http2Client.PING, 0, 0, new byte[8]));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 3_000; i++) {
                        client.send(pings);
                    }
                })
                .hasCauseInstanceOf(IOException.class);

        assertThat(refused).containsExactly("flood");
    }

    @Test
    @DisplayName("RFC 9113 §10.5: a client that floods with SETTINGS is disconnected")
    void closesConnectionOnSettingsFlood() {
        connectForFlood(respondingAfterProceed());
        client.send(many(10_001, Http2Client.frameBytes(Http2Client.SETTINGS, 0, 0, new byte[0])));

        assertEnhanceYourCalm();
    }

    @Test
    @DisplayName("RFC 9113 §10.5: a client that floods with PRIORITY is disconnected")
    void closesConnectionOnPriorityFlood() {
        connectForFlood(respondingAfterProceed());
        client.send(many(10_001, Http2Client.frameBytes(Http2Client.PRIORITY, 0, 1, new byte[5])));

        assertEnhanceYourCalm();
    }

    @Test
    @DisplayName("RFC 9113 §5.5: unknown frames are ignored, except for a flood of them")
    void closesConnectionOnFloodOfUnknownFrames() {
        connectForFlood(respondingAfterProceed());
        proceed.complete(null);
        client.frame(0x77, 0, 0, new byte[3]).get(1, "/");
        assertThat(client.response(1).status()).isEqualTo(200);
        client.send(many(10_001, Http2Client.frameBytes(0x77, 0, 0, new byte[0])));

        assertEnhanceYourCalm();
    }

    @Test
    @DisplayName("RFC 9113 §10.5: a client that floods with empty DATA is disconnected")
    void closesConnectionOnFloodOfEmptyData() {
        connectForFlood(respondingAfterProceed());
        client.post(1, "/");
        client.send(many(11, Http2Client.frameBytes(Http2Client.DATA, 0, 1, new byte[0])));

        assertEnhanceYourCalm();
    }

    @Test
    @DisplayName("CVE-2024-27316: a client that floods with CONTINUATION is disconnected")
    void closesConnectionOnContinuationFlood() {
        connectForFlood(respondingAfterProceed());
        client.frame(Http2Client.HEADERS, 1, 1, Http2Client.block(Http2Client.request("GET", "/")));
        client.send(many(20, Http2Client.frameBytes(Http2Client.CONTINUATION, 0, 1, new byte[0])));

        assertEnhanceYourCalm();
    }

    /** Collects the log events about a misbehaving client. */
    private static final class Lines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        final List<String> all = new CopyOnWriteArrayList<>();
        private final Logger serverLogger = (Logger) LoggerFactory.getLogger("io.channels4j.netty");
        private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");

        Lines() {
            start();
            serverLogger.setLevel(Level.DEBUG);
            serverLogger.addAppender(this);
            netty.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            all.add(event.getLevel() + " " + event.getFormattedMessage());
        }

        @Override
        public void close() {
            serverLogger.setLevel(null);
            serverLogger.detachAppender(this);
            netty.detachAppender(this);
        }
    }

    @Test
    @DisplayName("P7: a misbehaving client causes one line at debug level")
    void logsOneLineForMisbehavingClient() {
        try (Lines lines = new Lines()) {
            connectForFlood(
                    respondingAfterProceed().http2(Http2Settings.defaults().withMaxStreamResets(50)));
            client.get(1, "/", "expect", "wonders");
            for (int stream = 3; stream <= 103; stream += 2) {
                client.headers(stream, 0, Http2Client.request("POST", "/", "X", "y"))
                        .data(stream, "body", false);
            }
            assertEnhanceYourCalm();

            assertThat(lines.all).singleElement().asString().startsWith("DEBUG connection");
        }
    }
}
