package io.channels4j.netty.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageDeflaterTest {

    private static final int MESSAGES = 40;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @ParameterizedTest
    @CsvSource({
        "8, true",
        "9, true",
        "10, true",
        "11, true",
        "12, true",
        "13, true",
        "14, true",
        "15, true",
        "8, false",
        "9, false",
        "10, false",
        "11, false",
        "12, false",
        "13, false",
        "14, false",
        "15, false"
    })
    @DisplayName("RFC 7692 §7.1.2.1: no reference reaches back further than the negotiated window")
    void keepsReferencesWithinTheWindow(int bits, boolean context) {
        MessageDeflater deflater = new MessageDeflater(context, 1 << bits, 0);
        WindowedInflater inflater = new WindowedInflater();
        int compressed = 0;
        for (int i = 0; i < MESSAGES; i++) {
            byte[] message = message(bits);
            ByteBuffer bytes = deflater.compress(message);
            if (bytes == null) {
                assertThat(context).as("seed %d: left out of the context", seed).isFalse();
                continue;
            }
            compressed++;
            byte[] payload = new byte[bytes.remaining()];
            bytes.get(payload);

            assertThat(inflater.inflate(payload))
                    .as("seed %d, message %d", seed, i)
                    .isEqualTo(message);
        }

        assertThat(compressed).as("seed %d", seed).isPositive();
        assertThat(inflater.references()).as("seed %d", seed).isPositive();
        assertThat(inflater.maxDistance()).as("seed %d", seed).isLessThanOrEqualTo(1 << bits);
    }

    /**
     * Returns text that repeats itself. It has the size of the window, or a random size up to three times the window.
     */
    private byte[] message(int bits) {
        int size = random.nextInt(4) == 0 ? 1 << bits : 1 + random.nextInt(3 << bits);
        byte[] message = new byte[size];
        int period = 20 + random.nextInt(2 << bits);
        for (int i = 0; i < size; i++) {
            message[i] = i < period ? (byte) (' ' + random.nextInt(16)) : message[i - period];
        }
        return message;
    }

    @Test
    void usesTheWholeWindow() {
        byte[] noise = new byte[2000];
        random.nextBytes(noise);
        byte[] twice = ByteBuffer.allocate(4000).put(noise).put(noise).array();

        assertThat(size(new MessageDeflater(false, 1 << 12, 0), twice)).isLessThan(2200);
        assertThat(new MessageDeflater(false, 1 << 10, 0).compress(twice)).isNull();
    }

    private static int size(MessageDeflater deflater, byte[] message) {
        ByteBuffer compressed = deflater.compress(message);
        return compressed == null ? Integer.MAX_VALUE : compressed.remaining();
    }
}
