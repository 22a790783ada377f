package io.channels4j.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Headers;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
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
        ".example.com, https://example.com",
        ".example.com, https://www.example.com",
        ".example.com, https://a.b.example.com:8443",
        "http://example.com, http://example.com",
        "http://example.com, http://example.com:80",
        "http://example.com, HTTP://example.com",
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
        "example.com, https://example.com.",
        ".example.com, https://www.example.com.:8443",
        "http://example.com, http://EXAMPLE.com.:80",
        "app://x:1, app://x:1",
    })
    void allows(String pattern, String origin) {
        assertThat(OriginValidator.of(pattern).allows(from(origin), false)).isTrue();
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
        "example.com, http://user:secret@example.com",
        "example.com, http://example.com:",
        "example.com, http://example.com/",
        "example.com, http://example.com:99999",
        "example.com, http://example.com:0",
        "example.com, ftp://example.com",
        "example.com, ws://example.com",
        "example.com, chrome-extension://example.com",
        ".example.com, http://.example.com",
        ".example.com, http://a..example.com",
        "example.com, http://example.com..",
        "[::1], http://[::1].",
        "http://example.com, http://user@example.com",
        "http://example.com, http://example.com/path",
    })
    void denies(String pattern, String origin) {
        assertThat(OriginValidator.of(pattern).allows(from(origin), false)).isFalse();
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
        assertThat(OriginValidator.of("*").allows(Headers.empty(), false)).isTrue();
    }

    @Test
    void deniesAMissingOrigin() {
        assertThat(OriginValidator.of("example.com").allows(Headers.empty(), false))
                .isFalse();
    }

    @Test
    void allowMissingAllowsAMissingOrigin() {
        assertThat(OriginValidator.of("example.com").allowMissing().allows(Headers.empty(), false))
                .isTrue();
    }

    @Test
    void allowMissingAllowsNoOtherOrigin() {
        OriginValidator validator = OriginValidator.of("example.com").allowMissing();

        assertThat(List.of("null", "", "http://evil.org")).noneMatch(origin -> validator.allows(from(origin), false));
    }

    @Test
    void allowNullAllowsTheNullOrigin() {
        assertThat(OriginValidator.of("example.com").allowNull().allows(from("null"), false))
                .isTrue();
    }

    @Test
    void deniesSeveralOrigins() {
        assertThat(OriginValidator.of("example.com")
                        .allows(Headers.of("origin", "http://example.com", "origin", "http://example.com"), false))
                .isFalse();
    }

    @Test
    void noPatternsDenyEverything() {
        assertThat(OriginValidator.of().allows(from("http://example.com"), false))
                .isFalse();
    }

    @Test
    void allowsAMatchOfTheSecondPattern() {
        assertThat(OriginValidator.of("a.example", "b.example").allows(from("http://b.example"), false))
                .isTrue();
    }

    @Test
    void deniesAHugeOrigin() {
        assertThat(OriginValidator.of(".example.com")
                        .allows(from("http://" + "a".repeat(100_000) + ".example.com"), false))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8000", "https://127.0.0.1", "http://[::1]:3000"})
    void allowedHostsAreLoopbackByDefault(String origin) {
        assertThat(AllowedHostsOriginValidator.of().allows(from(origin), false)).isTrue();
    }

    @Test
    void configuredHostsReplaceLoopback() {
        assertThat(AllowedHostsOriginValidator.of("example.com").allows(from("http://localhost"), false))
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
        assertThat(OriginValidator.sameHost().allows(Headers.of("origin", origin, "host", host), false))
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
        "ftp://example.com, example.com",
        "http://evil.org@example.com, example.com",
        "http://example.com, evil.org@example.com",
        "http://example.com/, example.com",
    })
    void sameHostDenies(String origin, String host) {
        assertThat(OriginValidator.sameHost().allows(Headers.of("origin", origin, "host", host), false))
                .isFalse();
    }

    @Test
    void sameHostNeedsOneHost() {
        assertThat(OriginValidator.sameHost().allows(from("http://example.com"), false))
                .isFalse();
    }

    @Test
    void sameHostAllowsRequestsWithoutOrigin() {
        assertThat(OriginValidator.sameHost().allows(Headers.of("host", "example.com"), false))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, https://example.com, true",
        "example.com, http://example.com, false",
        ".example.com:8080, http://example.com:8080, false",
        "http://example.com, http://example.com, true",
        "capacitor://localhost, capacitor://localhost, true",
    })
    @DisplayName("P8: over wss, a pattern without a scheme allows only https pages")
    void encryptedConnectionsAcceptEncryptedPages(String pattern, String origin, boolean allowed) {
        assertThat(OriginValidator.of(pattern).allows(from(origin), true)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"https://example.com, true", "http://example.com, false", "http://example.com:443, false"})
    @DisplayName("P8: over wss, only https pages may connect to their own host")
    void sameHostAcceptsEncryptedPages(String origin, boolean allowed) {
        Headers headers = Headers.of("origin", origin, "host", "example.com");

        assertThat(OriginValidator.sameHost().allows(headers, true)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com., https://example.com.",
        "example.com, https://example.com.",
        "example.com., https://example.com"
    })
    @DisplayName("P8: the host and the origin of a page are compared without the trailing dot, as AllowedHosts does")
    void sameHostIgnoresTheTrailingDot(String host, String origin) {
        Headers headers = Headers.of("host", host, "origin", origin);

        assertThat(OriginValidator.sameHost().allows(headers, true)).isTrue();
        assertThat(HostPattern.hostOf(host)).hasValue("example.com");
    }
}
