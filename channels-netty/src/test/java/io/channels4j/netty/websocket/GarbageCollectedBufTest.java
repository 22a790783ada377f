package io.channels4j.netty.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GarbageCollectedBufTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf buffer = new GarbageCollectedBuf(ByteBuffer.allocateDirect(HELLO.length));

    @Test
    void isInitiallyEmptyAndOfFixedSize() {
        assertThat(buffer.readableBytes()).isZero();
        assertThat(buffer.maxCapacity()).isEqualTo(HELLO.length);
    }

    @Test
    void ignoresReleases() {
        buffer.writeBytes(HELLO);

        for (int i = 0; i < 3; i++) {
            ByteBuf written = buffer.duplicate();
            assertThat(written.readCharSequence(HELLO.length, StandardCharsets.US_ASCII))
                    .hasToString("hello");
            assertThat(written.release()).isFalse();
            assertThat(buffer.release(2)).isFalse();
        }

        assertThat(buffer.retain().retain(2).touch().touch("here").refCnt()).isEqualTo(1);
        assertThat(buffer.readableBytes()).isEqualTo(HELLO.length);
    }

    @Test
    void hasAStableAddressIfAddressesAreAvailable() {
        assertThat(buffer.hasMemoryAddress()).isTrue();
        assertThat(buffer.duplicate().memoryAddress()).isEqualTo(buffer.memoryAddress());
    }
}
