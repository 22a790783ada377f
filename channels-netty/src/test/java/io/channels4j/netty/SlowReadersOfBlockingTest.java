package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests many clients that do not read the responses of a blocking consumer. */
class SlowReadersOfBlockingTest {

    /** There are fewer threads than {@link #READERS}, so readers that each occupied a thread would occupy all of them. */
    private static final int THREADS = 32;

    private static final int READERS = 40;
    private static final int PART = 64 * 1024;

    private final AtomicInteger streaming = new AtomicInteger();

    private final class Stream extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            if (!scope().path().equals("/big")) {
                sendResponse(200, "served");
                return;
            }
            streaming.incrementAndGet();
            try {
                sendHeaders(200, Headers.empty());
                for (int i = 0; i < 1000; i++) {
                    sendBody(new byte[PART], true);
                }
                sendBody(new byte[0], false);
            } finally {
                streaming.decrementAndGet();
            }
        }
    }

    @Test
    @DisplayName(
            "P4: more slow readers than the pool has threads do not keep other blocking requests from being served")
    void servesOtherRequests() throws Exception {
        List<RawClient> readers = new ArrayList<>();
        Application application = Consumer.application(Stream::new);
        try (NettyServer server = ServersWithoutLifespan.builder(application)
                .port(0)
                .blockingThreads(BlockingThreads.pooled(THREADS))
                .start()) {
            for (int i = 0; i < READERS; i++) {
                readers.add(new RawClient(server.localAddress(), 4096)
                        .send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"));
                int started = i + 1;
                await().atMost(Duration.ofSeconds(10)).until(() -> streaming.get() == started);
            }

            for (int i = 0; i < 10; i++) {
                try (RawClient other = new RawClient(server.localAddress())) {
                    other.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    assertThat(other.response("GET").status()).isEqualTo(200);
                }
            }
            assertThat(streaming).hasValue(READERS);
            for (RawClient reader : readers) {
                reader.close();
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> streaming.get() == 0);
        }
    }
}
