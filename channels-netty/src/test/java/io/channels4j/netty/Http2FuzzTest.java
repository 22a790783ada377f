package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Sends HTTP/2 frames with random errors to a server. */
class Http2FuzzTest {

    private static final int CONNECTIONS = Integer.getInteger("fuzz.http2.connections", 300);

    /** Collects the log events at level INFO and above, except those of the access log. */
    private static final class Lines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        final List<String> all = new CopyOnWriteArrayList<>();
        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

        Lines() {
            start();
            root.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            boolean access = event.getLoggerName().equals("io.channels4j.access");
            if (event.getLevel().isGreaterOrEqual(Level.INFO) && !access) {
                all.add(event.getLoggerName() + " " + event.getFormattedMessage());
            }
        }

        @Override
        public void close() {
            root.detachAppender(this);
        }
    }

    /** Counts the streams that the application serves. */
    private static final class Count implements ServerListener {
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger seen = new AtomicInteger();

        @Override
        public void opened(Scope scope) {
            open.incrementAndGet();
            seen.incrementAndGet();
        }

        @Override
        public void closed(Scope scope, ConnectionSummary summary) {
            open.decrementAndGet();
        }
    }

    private static Application answering() {
        Application echo = Apps.echo();
        return (scope, receiver, sender) -> scope.type().equals("websocket")
                ? echo.handle(scope, receiver, sender)
                : sender.send(new HttpResponseStart(200, Headers.empty()))
                        .thenCompose(started -> sender.send(new HttpResponseBody(new byte[100], false)));
    }

    /** Returns client frames that are mostly valid. */
    private static byte[] frames(Random random) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int stream = 1;
        for (int i = random.nextInt(12); i >= 0; i--) {
            int target = Math.max(1, stream - 2 * random.nextInt(3));
            all.writeBytes(
                    switch (random.nextInt(13)) {
                        case 0, 1 -> head(5, stream, "GET");
                        case 2 -> head(4, stream, "POST", "content-length", "5");
                        case 3, 4 ->
                            head(4, stream, "CONNECT", ":protocol", "websocket", "sec-websocket-version", "13");
                        case 5 -> Http2Client.frameBytes(0, random.nextInt(2), target, new byte[random.nextInt(50)]);
                        case 6 ->
                            Http2Client.frameBytes(0, 0, target, RawClient.frameBytes(0x81, new byte[] {'a', 'b'}));
                        case 7 -> Http2Client.frameBytes(3, 0, target, Http2Client.number(8));
                        case 8 ->
                            Http2Client.frameBytes(
                                    8, 0, random.nextBoolean() ? 0 : target, Http2Client.number(random.nextInt()));
                        case 9 -> Http2Client.frameBytes(6, random.nextInt(2), 0, new byte[8]);
                        case 10 -> Http2Client.frameBytes(4, random.nextInt(2), 0, new byte[6 * random.nextInt(3)]);
                        case 11 -> Http2Client.frameBytes(9, random.nextInt(8), target, new byte[random.nextInt(9)]);
                        default ->
                            Http2Client.frameBytes(
                                    random.nextInt(12), random.nextInt(256), target, new byte[random.nextInt(20)]);
                    });
            stream += random.nextInt(8) == 0 ? 0 : 2;
        }
        return all.toByteArray();
    }

    private static byte[] head(int flags, int stream, String method, String... more) {
        return Http2Client.frameBytes(1, flags, stream, Http2Client.block(Http2Client.request(method, "/", more)));
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName("P7: no malformed HTTP/2 frame is logged, keeps a stream open or affects another connection")
    void malformedFramesAreHarmless(long seed) {
        Random random = new Random(seed);
        Count count = new Count();
        try (Lines lines = new Lines();
                NettyServer server = ServersWithoutLifespan.builder(answering())
                        .port(0)
                        .listeners(count)
                        .start()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Http2Client client = Http2Client.open(server)) {
                    client.send(mutated(frames(random), random));
                    client.send(mutated(frames(random), random));
                    if (random.nextInt(4) == 0) {
                        client.read();
                    }
                } catch (UncheckedIOException | AssertionError closedByServer) {
                    // the server may close the connection
                }
            }
            try (Http2Client client = Http2Client.open(server)) {
                assertThat(client.get(1, "/").response(1).status()).isEqualTo(200);
            }
            await().untilAsserted(() -> assertThat(count.open).hasValue(0));
            assertThat(count.seen.get()).isGreaterThan(CONNECTIONS / 4);
            assertThat(lines.all).isEmpty();
        }
    }
}
