package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

    @Test
    void firstSourceWithValueDetermines() {
        Configuration configuration = Configuration.of(
                        Map.of("channels.layer.capacity", " ", "channels.layer.expiry", "5s"))
                .orElse(Configuration.ofEnvironment(
                        Map.of("CHANNELS_LAYER_CAPACITY", " 7 ", "CHANNELS_LAYER_EXPIRY", "9s")));

        assertThat(configuration.get("channels.layer.capacity")).contains("7");
        assertThat(configuration.origin("channels.layer.capacity"))
                .contains("environment variable CHANNELS_LAYER_CAPACITY");
        assertThat(configuration.get("channels.layer.expiry")).contains("5s");
        assertThat(configuration.origin("channels.layer.expiry")).contains("property channels.layer.expiry");
        assertThat(configuration.get("channels.layer.group-expiry")).isEmpty();
        assertThat(configuration.origin("channels.layer.group-expiry")).isEmpty();
    }

    @Test
    void readsSystemProperties() {
        System.setProperty("channels.layer.capacity", "12");
        try {
            Configuration configuration = Configuration.ofSystemProperties();

            assertThat(LayerSettings.of(configuration).capacity()).isEqualTo(12);
            assertThat(configuration.origin("channels.layer.capacity"))
                    .contains("system property channels.layer.capacity");
        } finally {
            System.clearProperty("channels.layer.capacity");
        }
    }

    @Test
    void readsEverySettingOfLayers() {
        LayerSettings settings = LayerSettings.of(Configuration.of(Map.of(
                "channels.layer.capacity", "10",
                "channels.layer.channel-capacity", "chat_*=200, admin=50",
                "channels.layer.channel-bytes", "64KiB",
                "channels.layer.waiting-bytes", "1GiB",
                "channels.layer.expiry", "PT1M",
                "channels.layer.group-expiry", "2h")));

        assertThat(settings)
                .isEqualTo(new LayerSettings(
                        10,
                        Map.of("chat_*", 200, "admin", 50),
                        64 << 10,
                        1L << 30,
                        Duration.ofMinutes(1),
                        Duration.ofHours(2)));
        assertThat(settings.channelCapacity()).containsExactly(Map.entry("chat_*", 200), Map.entry("admin", 50));
    }

    @Test
    void absentSettingsHaveDefaults() {
        assertThat(LayerSettings.of(Configuration.of(Map.of()))).isEqualTo(LayerSettings.defaults());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        capacity         | ten     | a whole number
        capacity         | 1e3     | a whole number
        capacity         | 9999999999 | a whole number
        channel-bytes    | 1 MB    | a whole number of bytes, such as 65536, 64KiB or 1MiB, or "unlimited"
        channel-bytes    | 99999999999999GiB | a whole number of bytes, such as 65536, 64KiB or 1MiB, or "unlimited"
        expiry           | soon    | a duration such as 500ms, 10s, 5m, 2h, PT10S or "never"
        channel-capacity | chat    | name=number, separated by commas, such as chat_*=200, admin=50
        """)
    void errorNamesSettingValueOriginAndExpectation(String name, String value, String expected) {
        Configuration environment = Configuration.ofEnvironment(
                Map.of("CHANNELS_LAYER_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value));

        assertThatThrownBy(() -> LayerSettings.of(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "channels.layer.%s: \"%s\" from environment variable CHANNELS_LAYER_%s (expected: %s)",
                        name, value, name.toUpperCase(Locale.ROOT).replace('-', '_'), expected);
    }

    @Test
    void errorOfValueOutOfRangeNamesSetting() {
        Configuration configuration = Configuration.of(Map.of("channels.layer.capacity", "0"));

        assertThatThrownBy(() -> LayerSettings.of(configuration))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "channels.layer.capacity: \"0\" from property channels.layer.capacity: capacity: 0");
    }

    @Test
    void errorShortensAndEscapesValue() {
        Configuration configuration = Configuration.of(Map.of("channels.layer.capacity", "a\nb" + "c".repeat(1000)));

        assertThatThrownBy(() -> LayerSettings.of(configuration))
                .hasMessageStartingWith("channels.layer.capacity: \"a\\u000abc")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(250));
    }

    @Test
    void unknownNameIsRejectedWithSimilarOne() {
        assertThatThrownBy(() -> LayerSettings.of(Configuration.of(Map.of("channels.layer.capcity", "10"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("property channels.layer.capcity: unknown setting (expected: channels.layer.capacity)");
        assertThatThrownBy(() -> LayerSettings.of(Configuration.ofEnvironment(Map.of("CHANNELS_LAYER_EXPIRES", "10s"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("environment variable CHANNELS_LAYER_EXPIRES: unknown setting (expected:"
                        + " CHANNELS_LAYER_EXPIRY)");
    }

    @Test
    void longUnknownNameIsNotCompared() {
        String name = "channels.layer." + "x".repeat(100_000);

        assertThatThrownBy(() -> LayerSettings.of(Configuration.of(Map.of(name, "10"))))
                .hasMessageEndingWith("unknown setting (expected: a known name)");
    }

    @Test
    void namesWithOtherPrefixesAreIgnored() {
        Configuration configuration = Configuration.of(Map.of("channels.chat.title", "Lobby", "user.home", "/"));

        configuration.requireKnown("channels.layer.", Set.of());
        assertThat(LayerSettings.of(configuration)).isEqualTo(LayerSettings.defaults());
    }

    @Test
    void zeroDurationNeedsNoUnit() {
        assertThatThrownBy(() -> LayerSettings.of(Configuration.of(Map.of("channels.layer.expiry", "0"))))
                .hasMessageStartingWith("channels.layer.expiry: \"0\" from property channels.layer.expiry: expiry");
    }
}
