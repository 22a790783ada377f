package io.channels4j.redis.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verifies tokens recorded from Python's cryptography package. The keys are the SHA-256 hashes of the secrets. */
class FernetTest {

    private static final String BY_FIRST_KEY =
            "gAAAAABrAHgoL1aaQzi_y6QcUvBhYnG3Kq_tf6NA7RlPw5QuV0xbntHG8SgwMEbBbA7jPVkvk1tA9AVTpl4oNAkhnzbnVgTmRaXLvBzI7Zh9YtjU5JVhtak=";
    private static final String BY_SECOND_KEY =
            "gAAAAABrAHgown-UELDNVLUSjRJy9EsU5cdfrbQsSXIoNC0eAdiTduO5lOxuCGhhGc1PWyF-qO1oxRQXQmOESxn472PDgTj6wnUOKRSbyi3BRwjC6LtTAzU=";

    private final Fernet fernet = Fernet.of(List.of("first key", "second key"));

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void decryptsPythonToken() {
        assertThat(fernet.decrypt(ascii(BY_FIRST_KEY))).isEqualTo(ascii("{\"type\": \"hello\"}"));
    }

    @Test
    void decryptsPythonTokenWithOlderKey() {
        assertThat(fernet.decrypt(ascii(BY_SECOND_KEY))).startsWith(0x82).endsWith(0x00, 0xff);
    }

    @Test
    void decryptsOwnToken() {
        byte[] token = fernet.encrypt(ascii("hello"));

        assertThat(new String(token, StandardCharsets.US_ASCII)).startsWith("gAAAAA");
        assertThat(Fernet.of(List.of("first key")).decrypt(token)).isEqualTo(ascii("hello"));
    }

    @Test
    void rejectsModifiedToken() {
        byte[] token = fernet.encrypt(ascii("hello"));
        token[40] ^= 1;

        assertThatThrownBy(() -> fernet.decrypt(token)).isInstanceOf(ChannelsException.class);
    }

    @Test
    void rejectsUnknownKeyAndMalformedToken() {
        Fernet other = Fernet.of(List.of("a third key"));

        assertThatThrownBy(() -> other.decrypt(ascii(BY_FIRST_KEY))).isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> fernet.decrypt(ascii("{\"type\": \"hello\"}"))).isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> fernet.decrypt(ascii(""))).isInstanceOf(ChannelsException.class);
    }
}
