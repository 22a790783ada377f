package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTargetTest {

    @Test
    void splitsPathAndQueryAtFirstQuestionMark() {
        Scope scope = target("/ws/?a=b?c");

        assertThat(scope.path()).isEqualTo("/ws/");
        assertThat(scope.queryString()).isEqualTo("a=b?c");
    }

    @Test
    void decodesPathAndKeepsRawPath() {
        Scope scope = target("/caf%C3%A9/%F0%9F%98%80/a%2Fb/x+y");

        assertThat(scope.path()).isEqualTo("/caf\u00e9/\ud83d\ude00/a/b/x+y");
        assertThat(scope.rawPath()).isEqualTo("/caf%C3%A9/%F0%9F%98%80/a%2Fb/x+y");
    }

    @Test
    void keepsQueryEncoded() {
        assertThat(target("/?a=%20").queryString()).isEqualTo("a=%20");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%4", "/%4g", "/%g4", "/%+1", "/a%", "/%\u0664\u0661"})
    void rejectsPercentSignsWithoutTwoHexadecimalDigits(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> target(target))
                .withMessage("percent-encoding: \"%s\" (expected: two hexadecimal digits after %%)", target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%ff", "/%C3", "/%C0%AF", "/%ED%A0%80", "/%F5%80%80%80"})
    void rejectsPathsThatAreNotUtf8(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> target(target))
                .withMessage("percent-encoding: \"%s\" (expected: UTF-8)", target);
    }

    @Test
    @DisplayName("RFC 9112 §3.2.4: the target of an OPTIONS request for the whole server is valid")
    void acceptsTheAsteriskForm() {
        assertThat(target("*").path()).isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "**", "*?a=b", "http://example.com/", "?a=b"})
    void rejectsPathsWithoutLeadingSlash(String target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> target(target))
                .withMessageEndingWith("(expected: a path that starts with /)");
    }

    @ParameterizedTest
    @CsvSource({"/a b, /a%20b", "/caf\u00e9, /caf%C3%A9", "/100%, /100%25", "/a?b#c, /a%3Fb%23c", "/~a:@b/, /~a:@b/"})
    void encodesDecodedPath(String decoded, String encoded) {
        Scope scope = Scope.builder("http").path(decoded).build();

        assertThat(scope.path()).isEqualTo(decoded);
        assertThat(scope.rawPath()).isEqualTo(encoded);
    }

    @Test
    void decodesParametersInOrderWithDuplicates() {
        Scope scope = target("/?b=1&a=x+y%21&b=2");

        assertThat(scope.queryParams())
                .containsExactly(Map.entry("b", List.of("1", "2")), Map.entry("a", List.of("x y!")));
        assertThat(scope.queryParam("b")).contains("1");
        assertThat(scope.queryParam("c")).isEmpty();
    }

    @Test
    void parameterWithoutEqualsSignIsEmpty() {
        assertThat(target("/?debug&x=&=y").queryParams())
                .containsEntry("debug", List.of(""))
                .containsEntry("x", List.of(""))
                .containsEntry("", List.of("y"));
    }

    @Test
    void skipsEmptyPairs() {
        assertThat(target("/?&&a=1&").queryParams()).containsOnlyKeys("a");
        assertThat(target("/?").queryParams()).isEmpty();
    }

    @Test
    void firstEqualsSignEndsName() {
        assertThat(target("/?token=a=b==").queryParam("token")).contains("a=b==");
    }

    @Test
    void keepsParameterWithInvalidEncodingUndecoded() {
        Scope scope = target("/?a=100%&b=%ff&c=%41");

        assertThat(scope.queryParam("a")).contains("100%");
        assertThat(scope.queryParam("b")).contains("%ff");
        assertThat(scope.queryParam("c")).contains("A");
    }

    private static Scope target(String target) {
        return Scope.builder("http").target(target).build();
    }
}
