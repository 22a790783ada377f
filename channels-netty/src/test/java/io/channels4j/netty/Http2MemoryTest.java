package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.DATA;
import static io.channels4j.netty.Http2Client.PING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.websocket.WebSocketAccept;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Measures the heap memory that one HTTP/2 client can occupy. */
class Http2MemoryTest {

    private static final int STREAMS = 20;
    private static final int FRAMES_PER_STREAM = 60_000;
    private static final long MAX_PINNED_BYTES = 20L << 20; // unmerged frames would take 4.9 MiB per stream

    /** Accepts WebSockets and never reads a message. */
    private static Application neverReading() {
        return (scope, receiver, sender) -> receiver.receive()
                .thenCompose(connect -> sender.send(new WebSocketAccept()))
                .thenCompose(sent -> CompletableFuture.allOf(scope.closed().toCompletableFuture()));
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Returns an empty message, followed by many DATA frames of one byte each. */
    private static byte[] framesOfOneByte(int stream) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(Http2Client.frameBytes(DATA, 0, stream, new byte[] {(byte) 0x81, (byte) 0x80, 0, 0, 0, 0}));
        byte[] one = Http2Client.frameBytes(DATA, 0, stream, new byte[] {(byte) 0x81});
        for (int i = 0; i < FRAMES_PER_STREAM; i++) {
            frames.writeBytes(one);
        }
        return frames.toByteArray();
    }

    @Test
    @DisplayName("P3: unread input is limited in bytes, even if its frames are small")
    void unreadFramesTakeTheirBytes() {
        try (NettyServer server =
                        ServersWithoutLifespan.builder(neverReading()).port(0).start();
                Http2Client client = Http2Client.open(server)) {
            client.connectWebSocket(1, "/").head(1);
            long before = usedHeap();
            for (int stream = 3; stream < 3 + 2 * STREAMS; stream += 2) {
                client.connectWebSocket(stream, "/").head(stream);
                client.send(framesOfOneByte(stream));
            }
            client.frame(PING, 0, 0, new byte[8]).await(PING); // all data has arrived

            await().untilAsserted(() -> assertThat(usedHeap() - before).isLessThan(MAX_PINNED_BYTES));
        }
    }
}
