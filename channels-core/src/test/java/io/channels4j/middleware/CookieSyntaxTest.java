package io.channels4j.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieSyntaxTest {

    @Test
    void readsPairs() {
        assertThat(CookieSyntax.parse(List.of("a=1; b=2"))).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void readsEveryHeader() {
        assertThat(CookieSyntax.parse(List.of("a=1", "b=2; c=3"))).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));
    }

    @Test
    void usesTheFirstCookieOfAName() {
        assertThat(CookieSyntax.parse(List.of("a=specific; a=general"))).isEqualTo(Map.of("a", "specific"));
    }

    @Test
    void valueMayContainEqualsSigns() {
        assertThat(CookieSyntax.parse(List.of("a=b=="))).isEqualTo(Map.of("a", "b=="));
    }

    @Test
    void quotesArePartOfTheValue() {
        assertThat(CookieSyntax.parse(List.of("a=\"1\""))).isEqualTo(Map.of("a", "\"1\""));
    }

    @Test
    void ignoresBlanksAroundPairs() {
        assertThat(CookieSyntax.parse(List.of(" a = 1 ;b=2"))).isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void acceptsEmptyValue() {
        assertThat(CookieSyntax.parse(List.of("a="))).isEqualTo(Map.of("a", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", ";;;", "=x", "nameless", " ; = ; "})
    void ignoresPairWithoutName(String header) {
        assertThat(CookieSyntax.parse(List.of(header))).isEmpty();
    }

    @Test
    void returnsAllCookiesOfAName() {
        assertThat(CookieSyntax.all(List.of("a=1; b=2; a=3", "a=4"), "a")).containsExactly("1", "3", "4");
    }

    @Test
    void valuesAreUtf8() {
        String sent =
                new String("a=Gr\u00fc\u00dfe \u6771".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(CookieSyntax.parse(List.of(sent))).isEqualTo(Map.of("a", "Gr\u00fc\u00dfe \u6771"));
    }

    @Test
    void otherBytesStayAsTheyAre() {
        assertThat(CookieSyntax.parse(List.of("a=\u00fc"))).isEqualTo(Map.of("a", "\u00fc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=x\u0001y", "a=x\u007fy", "a=x\u00c2\u0085y", "a\u0001=x", "a=\u009b"})
    void ignoresCookiesWithControlCharacters(String pair) {
        assertThat(CookieSyntax.parse(List.of(pair + "; b=2"))).isEqualTo(Map.of("b", "2"));
    }
}
