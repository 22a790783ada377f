package io.channels4j.netty.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8ValidatorTest {

    private static final int ROUNDS = 50_000;
    private static final byte[] BOUNDARY_BYTES = {
        0,
        0x41,
        0x7f,
        (byte) 0x80,
        (byte) 0x8f,
        (byte) 0x90,
        (byte) 0x9f,
        (byte) 0xa0,
        (byte) 0xbf,
        (byte) 0xc0,
        (byte) 0xc1,
        (byte) 0xc2,
        (byte) 0xdf,
        (byte) 0xe0,
        (byte) 0xe1,
        (byte) 0xed,
        (byte) 0xef,
        (byte) 0xf0,
        (byte) 0xf1,
        (byte) 0xf4,
        (byte) 0xf5,
        (byte) 0xff
    };

    private static boolean isValidForTheJdk(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isAccepted(byte[] bytes, int split) {
        Utf8Validator validator = new Utf8Validator();
        return validator.accepts(bytes, 0, split)
                && validator.accepts(bytes, split, bytes.length)
                && validator.complete();
    }

    @Test
    void agreesWithTheJdkForPartsOfAnySize() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(3) == 0 ? BOUNDARY_BYTES[random.nextInt(BOUNDARY_BYTES.length)] : (byte) 'a';
            }
            int split = random.nextInt(bytes.length + 1);

            assertThat(isAccepted(bytes, split))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(isValidForTheJdk(bytes));
        }
    }

    @Test
    void acceptsEveryCharacter() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        byte[] bytes = all.toString().getBytes(StandardCharsets.UTF_8);

        assertThat(isAccepted(bytes, bytes.length / 2)).isTrue();
    }

    @Test
    void resetPreparesForAnotherText() {
        Utf8Validator validator = new Utf8Validator();
        validator.accepts(new byte[] {(byte) 0xe0}, 0, 1);
        validator.reset();

        assertThat(validator.accepts(new byte[] {(byte) 'a'}, 0, 1)).isTrue();
        assertThat(validator.complete()).isTrue();
    }
}
