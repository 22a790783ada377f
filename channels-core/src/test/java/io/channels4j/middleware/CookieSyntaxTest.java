package io.channels4j.middleware;

import static org.assertj.core.api.Assertions.assertThat;

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
}
