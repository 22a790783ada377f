package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSettingsTest {

    private static final LayerSettings DEFAULTS = LayerSettings.defaults();

    @Test
    void hasDocumentedDefaults() {
        assertThat(DEFAULTS)
                .isEqualTo(new LayerSettings(
                        1000,
                        Map.of(),
                        4L << 20,
                        Runtime.getRuntime().maxMemory() / 8,
                        Duration.ofSeconds(60),
                        Duration.ofHours(24)));
    }

    @Test
    void withChangesOneSetting() {
        assertThat(DEFAULTS.withCapacity(7))
                .isEqualTo(new LayerSettings(
                        7,
                        Map.of(),
                        4L << 20,
                        Runtime.getRuntime().maxMemory() / 8,
                        Duration.ofSeconds(60),
                        Duration.ofHours(24)));
        assertThat(DEFAULTS.withExpiry(Duration.ofMillis(1)).expiry()).isEqualTo(Duration.ofMillis(1));
        assertThat(DEFAULTS.withGroupExpiry(Duration.ofMillis(1)).groupExpiry()).isEqualTo(Duration.ofMillis(1));
        assertThat(DEFAULTS.withChannelCapacity("a*", 3).channelCapacity()).containsExactly(Map.entry("a*", 3));
    }

    @Test
    void copiesCapacities() {
        Map<String, Integer> mine = new LinkedHashMap<>(Map.of("a", 1));
        LayerSettings settings = new LayerSettings(1, mine, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));

        mine.put("b", 2);

        assertThat(settings.channelCapacity()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void rejectsCapacityBelowOne(int capacity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withCapacity(capacity))
                .withMessage("capacity: %d (expected: 1 or more)", capacity);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withChannelCapacity("a*", capacity))
                .withMessage("capacity of channels \"a*\": %d (expected: 1 or more)", capacity);
    }

    @Test
    void rejectsNonPositiveTimes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withExpiry(Duration.ZERO))
                .withMessage("expiry: PT0S (expected: more than zero)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULTS.withGroupExpiry(Duration.ofSeconds(-1)))
                .withMessage("group expiry: PT-1S (expected: more than zero)");
    }

    @ParameterizedTest
    @CsvSource({
        "worker.*, worker.mail, true",
        "worker.*, worker., true",
        "worker.*, worker, false",
        "worker.*, workerXmail, false",
        "worker.*, my.worker.mail, false",
        "*.mail, a.b.mail, true",
        "*.mail, a.mail.b, false",
        "*a*b*, xaxxbx, true",
        "*a*b*, xbxxax, false",
        "a**, a, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "a?c, abbc, false",
        "a+(b)[c]^$|{1}, a+(b)[c]^$|{1}, true",
        "a+, aa, false",
        "*, anything!at-all, true",
        "plain, plain, true",
        "plain, plainer, false"
    })
    void matchesWholeNamesWithTwoWildcards(String glob, String name, boolean matches) {
        assertThat(Glob.matches(glob, name)).isEqualTo(matches);
    }

    @Test
    void matchesCharactersBeyondTheBasicPlane() {
        assertThat(Glob.matches("a\ud83d\ude00*", "a\ud83d\ude00b")).isTrue();
        assertThat(Glob.matches("a?", "a\ud83d\ude00")).isTrue();
    }

    @Test
    void firstMatchingPatternApplies() {
        LayerSettings settings = DEFAULTS.withCapacity(9)
                .withChannelCapacity("a.special", 1)
                .withChannelCapacity("a.*", 2)
                .withChannelCapacity("*", 3);

        assertThat(settings.capacityOf("a.special")).isEqualTo(1);
        assertThat(settings.capacityOf("a.other")).isEqualTo(2);
        assertThat(settings.capacityOf("b")).isEqualTo(3);
    }

    @Test
    void channelWithoutPatternHasGeneralCapacity() {
        assertThat(DEFAULTS.withChannelCapacity("a.*", 2).capacityOf("b")).isEqualTo(1000);
    }
}
