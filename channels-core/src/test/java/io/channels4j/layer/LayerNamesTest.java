package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerNamesTest {

    private static final String RULE = " (expected: 1-255 bytes of UTF-8 without control characters)";

    static String[] goodNames() {
        return new String[] {
            "a",
            "chat_lobby",
            "chat.lobby-1",
            "room with blanks",
            "caf\u00e9",
            "\ud83d\ude00",
            "a/b:c,d",
            "x".repeat(255),
            "\u00e9".repeat(127),
            "\ud83d\ude00".repeat(63)
        };
    }

    static String[] badNames() {
        return new String[] {
            "",
            "\n",
            "a\n",
            "a\r",
            "\u0000",
            "a\u001fb",
            "a\u007f",
            "a\u0085",
            "\ud83d",
            "a\ude00",
            "\ude00\ud83d",
            "x".repeat(256),
            "\u00e9".repeat(128),
            "\ud83d\ude00".repeat(64)
        };
    }

    @ParameterizedTest
    @MethodSource("goodNames")
    void acceptsValidNames(String name) {
        assertThat(LayerNames.requireGroup(name)).isSameAs(name);
        assertThat(LayerNames.requireChannel(name)).isSameAs(name);
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void rejectsInvalidNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerNames.requireGroup(name))
                .withMessageStartingWith("group name: \"")
                .withMessageEndingWith("\"" + RULE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerNames.requireChannel(name))
                .withMessageStartingWith("channel name: \"")
                .withMessageEndingWith("\"" + RULE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"specific.abc!local", "a!b", "a!"})
    void channelNameMayContainOneExclamationMark(String name) {
        assertThat(LayerNames.requireChannel(name)).isSameAs(name);
    }

    @Test
    void rejectsChannelNameWithTwoExclamationMarks() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerNames.requireChannel("a!b!c"))
                .withMessage("channel name: \"a!b!c\" (expected: at most one exclamation mark)");
    }

    @Test
    void rejectsGroupNameWithExclamationMark() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerNames.requireGroup("a!b"))
                .withMessage("group name: \"a!b\" (expected: no exclamation mark)");
    }

    @Test
    void checksLocalPart() {
        assertThatIllegalArgumentException().isThrownBy(() -> LayerNames.requireChannel("a!b\n"));
    }

    @Test
    void showsControlCharactersEscaped() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerNames.requireGroup("a\nb"))
                .withMessage("group name: \"a\\u000ab\"" + RULE);
    }

    @Test
    void shortensLongNamesInMessages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LayerNames.requireGroup("x".repeat(100_000)))
                .withMessage("group name: \"" + "x".repeat(255) + "...\"" + RULE);
    }
}
