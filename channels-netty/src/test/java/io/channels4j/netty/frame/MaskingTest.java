package io.channels4j.netty.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskingTest {

    @Test
    void unmasksPartsOfAnySize() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            byte[] payload = new byte[random.nextInt(64)];
            random.nextBytes(payload);
            int mask = random.nextInt();
            byte[] masked = payload.clone();
            for (int i = 0; i < masked.length; i++) {
                masked[i] ^= ByteBuffer.allocate(4).putInt(mask).get(i & 3);
            }
            int split = random.nextInt(payload.length + 1);

            Masking.unmask(masked, 0, split, mask, 0);
            Masking.unmask(masked, split, masked.length, mask, split);

            assertThat(masked).as("seed %d", seed).isEqualTo(payload);
        }
    }
}
