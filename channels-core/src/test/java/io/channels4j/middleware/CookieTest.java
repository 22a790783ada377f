package io.channels4j.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.middleware.Cookie.SameSite;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieTest {

    @Test
    void defaultsToWholeSiteAndLax() {
        assertThat(Cookie.of("theme", "dark").headerValue()).isEqualTo("theme=dark; Path=/; SameSite=Lax");
    }

    @Test
    void writesAllAttributes() {
        Cookie cookie = Cookie.builder("theme", "dark")
                .expires(Instant.parse("1994-11-06T08:49:37Z"))
                .maxAge(Duration.ofMinutes(2))
                .domain("example.com")
                .path("/app")
                .secure(true)
                .httpOnly(true)
                .sameSite(SameSite.STRICT)
                .build();

        assertThat(cookie.headerValue())
                .isEqualTo(
                        "theme=dark; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=120; Domain=example.com; Path=/app;"
                                + " Secure; HttpOnly; SameSite=Strict");
    }

    @Test
    void omitsEmptyAttributes() {
        Cookie cookie = Cookie.builder("theme", "dark")
                .path("")
                .sameSite(Optional.empty())
                .build();

        assertThat(cookie.headerValue()).isEqualTo("theme=dark");
    }

    @Test
    void acceptsQuotedValue() {
        assertThat(Cookie.of("theme", "\"dark\"").headerValue()).startsWith("theme=\"dark\";");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a;b", "ä", "a\nb", "a\""})
    void rejectsAnInvalidName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.of(name, "x"))
                .withMessageStartingWith("cookie name: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a;b", "a,b", "ä", "a\r\nb", "\"", "a\\b", "x; Domain=evil.example"})
    void rejectsValueThatDoesNotFitAHeader(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.of("theme", value))
                .withMessageStartingWith("value of cookie theme: ");
    }

    @Test
    void errorDoesNotContainTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.of("token", "secret;secret"))
                .satisfies(failure -> assertThat(failure).hasMessageNotContaining("secret"));
    }

    @Test
    void rejectsMoreThanBrowsersStore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.of("theme", "x".repeat(4092)))
                .withMessage("cookie theme: 4097 bytes of name and value (expected: at most 4096)");
    }

    @Test
    void rejectsPathThatEndsTheAttribute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.builder("theme", "dark").path("/; Domain=x"))
                .withMessageStartingWith("path of cookie theme: ");
    }

    @Test
    void rejectsNegativeMaxAge() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.builder("theme", "dark").maxAge(Duration.ofSeconds(-1)))
                .withMessage("max age of cookie theme: PT-1S (expected: zero or more)");
    }

    @Test
    void crossSiteCookieMustBeSecure() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Cookie.builder("theme", "dark").sameSite(SameSite.NONE).build())
                .withMessage("cookie theme: not secure (expected: secure, for its SameSite=None)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"__Secure-id", "__Host-id", "__host-id"})
    void prefixedCookieMustBeSecure(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.of(name, "x"))
                .withMessageContaining("not secure");
    }

    @Test
    void hostCookieHasNoDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cookie.builder("__Host-id", "x")
                        .secure(true)
                        .domain("example.com")
                        .build())
                .withMessageContaining("(expected: path / and no domain, for its prefix __Host-)");
    }

    @Test
    void toStringDoesNotShowTheValue() {
        assertThat(Cookie.of("token", "secret")).hasToString("Cookie[token; Path=/; SameSite=Lax]");
    }
}
