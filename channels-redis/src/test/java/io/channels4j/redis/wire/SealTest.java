package io.channels4j.redis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SealTest {

    private static final String OLD = "the old secret of ours";
    private static final String NEW = "the new secret of ours";
    private static final byte[] PLAIN = "good news for modern man".getBytes(StandardCharsets.UTF_8);

    private static Seal seal(String... secrets) {
        return Seal.of(List.of(secrets));
    }

    @Test
    void opensBytesSealedByAnotherProcess() {
        assertThat(seal(OLD).open(seal(OLD).seal(PLAIN, "test", "place"), "test", "place"))
                .isEqualTo(PLAIN);
    }

    @Test
    void opensBytesSealedByItself() {
        Seal seal = seal(OLD);

        assertThat(seal.open(seal.seal(PLAIN, "test", "place"), "test", "place"))
                .isEqualTo(PLAIN);
        assertThat(seal.open(seal.seal(new byte[0], "test", "place"), "test", "place"))
                .isEmpty();
    }

    @Test
    void sealedBytesDoNotContainThePlainOnes() {
        String sealed = new String(seal(OLD).seal(PLAIN, "test", "place"), StandardCharsets.ISO_8859_1);

        assertThat(sealed).doesNotContain("good", "news", "modern");
    }

    @Test
    void sealsTheSameTwiceIntoDifferentBytes() {
        Seal seal = seal(OLD);

        assertThat(seal.seal(PLAIN, "test", "place")).isNotEqualTo(seal.seal(PLAIN, "test", "place"));
    }

    @Test
    void firstSecretSealsAndAllOpen() {
        Seal both = seal(NEW, OLD);

        assertThat(both.open(seal(OLD).seal(PLAIN, "test", "place"), "test", "place"))
                .isEqualTo(PLAIN);
        assertThat(seal(NEW).open(both.seal(PLAIN, "test", "place"), "test", "place"))
                .isEqualTo(PLAIN);
        assertThatThrownBy(() -> seal(OLD).open(both.seal(PLAIN, "test", "place"), "test", "place"))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("none of the 1 keys of this process");
    }

    @Test
    @DisplayName("P8: sealed bytes cannot be opened in another place or for another purpose")
    void bindsPurposeAndPlace() {
        byte[] sealed = seal(OLD).seal(PLAIN, "session", "key of ada");

        assertThatThrownBy(() -> seal(OLD).open(sealed, "session", "key of bob"))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("copied from another place");
        assertThatThrownBy(() -> seal(OLD).open(sealed, "message", "key of ada"))
                .isInstanceOf(ChannelsException.class);
        assertThat(seal(NEW, OLD).open(sealed, "session", "key of ada")).isEqualTo(PLAIN);
    }

    @Test
    @DisplayName("P9: stored bytes of the first version are readable with an old secret, during a rotation only")
    void opensStoredBytesOfTheFirstVersion() {
        byte[] first = HexFormat.of()
                .parseHex(
                        "017dab342231829c69eed35c336b4767a2cf1ccbc400000000000000016f4854b58d0a30682093d9a9eb8311c931bf"
                                + "fb8e8ec27d3605c1a5bc967162af77c9809fcc12d00d");

        assertThat(seal(NEW, OLD).openStored(first, "session", "key of ada")).isEqualTo(PLAIN);
        assertThatThrownBy(() -> seal(OLD).openStored(first, "session", "key of ada"))
                .isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> seal(NEW).openStored(first, "session", "key of ada"))
                .isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> seal(NEW, OLD).open(first, "session", "key of ada"))
                .isInstanceOf(ChannelsException.class);
        first[first.length - 1] ^= 1;
        assertThatThrownBy(() -> seal(NEW, OLD).openStored(first, "session", "key of ada"))
                .isInstanceOf(ChannelsException.class);
    }

    @Test
    @DisplayName("P8: stored bytes of the current version stay bound, and cannot be changed into the first version")
    void storedBytesAreBound() {
        byte[] sealed = seal(OLD).seal(PLAIN, "session", "key of ada");

        assertThat(seal(NEW, OLD).openStored(sealed, "session", "key of ada")).isEqualTo(PLAIN);
        assertThatThrownBy(() -> seal(NEW, OLD).openStored(sealed, "session", "key of bob"))
                .isInstanceOf(ChannelsException.class);
        sealed[0] = 1;
        assertThatThrownBy(() -> seal(NEW, OLD).openStored(sealed, "session", "key of ada"))
                .isInstanceOf(ChannelsException.class);
    }

    @Test
    void detectsAnyChangedByte() {
        Seal seal = seal(OLD);
        byte[] sealed = seal.seal(PLAIN, "test", "place");

        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> seal.open(changed, "test", "place"))
                    .as("byte %d", i)
                    .isInstanceOf(ChannelsException.class);
        }
    }

    @Test
    void rejectsUnsealedBytes() {
        assertThatThrownBy(() -> seal(OLD).open(PLAIN, "test", "place")).hasMessageContaining("not encrypted");
        assertThatThrownBy(() -> seal(OLD).open(new byte[0], "test", "place")).hasMessageContaining("not encrypted");
    }

    @Test
    void rejectsAShortSecretWithoutShowingIt() {
        assertThatThrownBy(() -> seal("hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 characters")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void rejectsAMissingSecret() {
        assertThatThrownBy(() -> Seal.of(List.of())).hasMessageContaining("one or more");
    }

    @Test
    void returnsBytesUnchangedWithoutSecrets() {
        assertThat(Seal.none().seal(PLAIN, "test", "place")).isSameAs(PLAIN);
        assertThat(Seal.none().open(PLAIN, "test", "place")).isSameAs(PLAIN);
    }
}
