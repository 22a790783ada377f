package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSyntaxTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a:", "a\r\nb", "a\u0000", "naïve", "a(b)", "a\"", "a/b", "\u007f"})
    void rejectsNameThatIsNotToken(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldSyntax.requireName(name))
                .withMessageEndingWith("\" (expected: a token, RFC 9110)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Sec-WebSocket-Key", "!#$%&'*+-.^_`|~", "0"})
    void acceptsTokens(String name) {
        assertThat(FieldSyntax.requireName(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\r\nSet-Cookie: x", "a\n", "a\r", "\u0000", "\u001f", "a\u007f", "\u0100", "\ud83d\ude00"})
    void rejectsControlCharactersAndNonLatin1InValues(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldSyntax.requireValue("x", value))
                .withMessageStartingWith("value of header x: character U+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a\tb ", "text/html; charset=utf-8", "\u00e9\u00ff"})
    void acceptsTabsSpacesAndLatin1InValues(String value) {
        assertThat(FieldSyntax.requireValue("x", value)).isEqualTo(value);
    }

    @Test
    void errorNamesPositionButNotValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("authorization", "secret\nx"))
                .withMessage("value of header authorization: character U+000A at 6 (expected: no control characters,"
                        + " at most U+00FF)");
    }

    @Test
    void errorEscapesControlCharactersOfName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("a\r\nb", "x"))
                .withMessage("header name: \"a\\u000d\\u000ab\" (expected: a token, RFC 9110)");
    }
}
