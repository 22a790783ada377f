package io.channels4j.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginValidatorTest {

    private static Headers from(String origin) {
        return Headers.of("origin", origin);
    }

    @ParameterizedTest
    @CsvSource({
        "*, http://example.com",
        "*, anything at all",
        "*, null",
        "*, ''",
        "example.com, http://example.com",
        "example.com, https://example.com:8443",
        "example.com, http://EXAMPLE.com",
        "EXAMPLE.com, http://example.com",
        "example.com, http://user:secret@example.com",
        ".example.com, https://example.com",
        ".example.com, https://www.example.com",
        ".example.com, https://a.b.example.com:8443",
        "http://example.com, http://example.com",
        "http://example.com, http://example.com:80",
        "http://example.com, HTTP://example.com",
        "http://example.com, http://example.com:",
        "http://example.com:80, http://example.com",
        "https://example.com, https://example.com:443",
        "ws://example.com, ws://example.com:80",
        "wss://example.com:443, wss://example.com",
        "http://.example.com:8080, http://a.example.com:8080",
        "http://example.com/, http://example.com",
        "example.com:8080, http://example.com:8080",
        "example.com:8080, https://example.com:8080",
        "example.com:443, https://example.com",
        "localhost:3000, http://localhost:3000",
        ".example.com:3000, http://a.example.com:3000",
        "[::1], http://[::1]:8000",
        "[::1]:8000, http://[::1]:8000",
        "127.0.0.1, http://127.0.0.1:9000",
        "capacitor://localhost, capacitor://localhost",
        "app://x:1, app://x:1",
    })
    void allows(String pattern, String origin) {
        assertThat(OriginValidator.of(pattern).allows(from(origin))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, ''",
        "example.com, null",
        "example.com, example.com",
        "example.com, http://",
        "example.com, http:///path",
        "example.com, http://www.example.com",
        "example.com, http://example.com.evil.org",
        "example.com, http://evil.org",
        "example.com, http://example.com@evil.org",
        "example.com, http://example.com:secret@evil.org",
        "example.com, http://evil.org/example.com",
        "example.com, http://evil.org#example.com",
        "example.com, http://evil.org?@example.com",
        "example.com, http://evil.org\\@example.com",
        "example.com, http://example.com http://evil.org",
        "example.com, http://example.com:abc",
        "example.com, http://example.com:123456",
        "example.com, http://exämple.com",
        "example.com, 'http://example.com, http://evil.org'",
        ".example.com, http://badexample.com",
        "http://example.com, http://example.com:8080",
        "http://example.com, https://example.com",
        "http://example.com, http://example.com:abc",
        "http://example.com:8080, http://example.com",
        "ws://example.com, http://example.com",
        "example.com:8080, http://example.com",
        "example.com:8080, http://example.com:8081",
        "example.com:80, https://example.com",
        "127.0.0.1, http://127.0.0.2",
        "app://x:1, app://x",
        "capacitor://localhost, http://localhost",
    })
    void denies(String pattern, String origin) {
        assertThat(OriginValidator.of(pattern).allows(from(origin))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*.example.com",
                "http://*",
                "http://*.example.com",
                "//example.com:8080",
                "file://",
                "",
                "http://",
                "..example.com",
                "example.com/path",
                "http://user@example.com",
                "example com",
                "example.com:abc",
                "example.com:0",
                "example.com:65536"
            })
    void rejectsAnInvalidPattern(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginValidator.of("example.com", pattern))
                .withMessageStartingWith("origin pattern: \"%s\"".formatted(pattern));
    }

    @Test
    void errorForAnAsteriskSuggestsTheCorrectForm() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginValidator.of("*.example.com"))
                .withMessageEndingWith("; .example.com means a domain with its subdomains)");
    }

    @Test
    void anyOriginAllowsAMissingOrigin() {
        assertThat(OriginValidator.of("*").allows(Headers.empty())).isTrue();
    }

    @Test
    void deniesAMissingOrigin() {
        assertThat(OriginValidator.of("example.com").allows(Headers.empty())).isFalse();
    }

    @Test
    void allowMissingAllowsAMissingOrigin() {
        assertThat(OriginValidator.of("example.com").allowMissing().allows(Headers.empty()))
                .isTrue();
    }

    @Test
    void allowMissingAllowsNoOtherOrigin() {
        OriginValidator validator = OriginValidator.of("example.com").allowMissing();

        assertThat(List.of("null", "", "http://evil.org")).noneMatch(origin -> validator.allows(from(origin)));
    }

    @Test
    void allowNullAllowsTheNullOrigin() {
        assertThat(OriginValidator.of("example.com").allowNull().allows(from("null")))
                .isTrue();
    }

    @Test
    void deniesSeveralOrigins() {
        assertThat(OriginValidator.of("example.com")
                        .allows(Headers.of("origin", "http://example.com", "origin", "http://example.com")))
                .isFalse();
    }

    @Test
    void noPatternsDenyEverything() {
        assertThat(OriginValidator.of().allows(from("http://example.com"))).isFalse();
    }

    @Test
    void allowsAMatchOfTheSecondPattern() {
        assertThat(OriginValidator.of("a.example", "b.example").allows(from("http://b.example")))
                .isTrue();
    }

    @Test
    void deniesAHugeOrigin() {
        assertThat(OriginValidator.of(".example.com").allows(from("http://" + "a".repeat(100_000) + ".example.com")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8000", "https://127.0.0.1", "http://[::1]:3000"})
    void allowedHostsAreLoopbackByDefault(String origin) {
        assertThat(AllowedHostsOriginValidator.of().allows(from(origin))).isTrue();
    }

    @Test
    void configuredHostsReplaceLoopback() {
        assertThat(AllowedHostsOriginValidator.of("example.com").allows(from("http://localhost")))
                .isFalse();
    }

    @Test
    void allowedHostHasNoScheme() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedHostsOriginValidator.of("https://example.com"))
                .withMessageStartingWith("allowed host: \"https://example.com\"");
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com, example.com",
        "https://example.com, example.com",
        "https://example.com, EXAMPLE.com:443",
        "http://localhost:8000, localhost:8000",
        "http://[::1]:8000, [::1]:8000",
    })
    void sameHostAllows(String origin, String host) {
        assertThat(OriginValidator.sameHost().allows(Headers.of("origin", origin, "host", host)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.org, example.com",
        "http://www.example.com, example.com",
        "http://example.com:8000, example.com",
        "http://example.com, example.com:8000",
        "https://example.com, example.com:80",
        "null, example.com",
        "http://example.com, ''",
        "http://example.com, example.com/path",
        "http://example.com, example.com:abc",
    })
    void sameHostDenies(String origin, String host) {
        assertThat(OriginValidator.sameHost().allows(Headers.of("origin", origin, "host", host)))
                .isFalse();
    }

    @Test
    void sameHostNeedsOneHost() {
        assertThat(OriginValidator.sameHost().allows(from("http://example.com")))
                .isFalse();
    }

    @Test
    void sameHostAllowsRequestsWithoutOrigin() {
        assertThat(OriginValidator.sameHost().allows(Headers.of("host", "example.com")))
                .isTrue();
    }
}
