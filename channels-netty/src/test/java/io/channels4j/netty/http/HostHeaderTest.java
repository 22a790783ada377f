package io.channels4j.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostHeaderTest {

    @ParameterizedTest
    @DisplayName("RFC 3986 §3.2: names, addresses and ports are hosts")
    @ValueSource(
            strings = {
                "",
                "h",
                "example.com",
                "example.com.",
                "EXAMPLE.com:8080",
                "a_b-c~d",
                "a%20b",
                "a!b",
                "127.0.0.1",
                "127.0.0.1:65535",
                "[::1]",
                "[2001:db8::1]:443",
                "[::ffff:1.2.3.4]",
                "h:"
            })
    void acceptsHost(String host) {
        assertThat(HostHeader.require(host)).isEqualTo(host);
    }

    @ParameterizedTest
    @DisplayName("RFC 9112 §3.2: an invalid host is rejected with status 400")
    @ValueSource(
            strings = {
                "a b",
                "a/b",
                "a\\b",
                "a?b",
                "a#b",
                "a,b",
                "u@h",
                "u:p@h",
                "<x>",
                "a\"b",
                "a\tb",
                "a\u0000",
                "caf\u00e9",
                "a%2",
                "a%zz",
                ":80",
                "h:x",
                "h:-1",
                "h:65536",
                "h:99999999999",
                "h:1:2",
                "::1",
                "[::1",
                "[::1]x",
                "[]",
                "[1.2.3.4]",
                "[::1%25eth0]",
                "[v1.x]"
            })
    void rejectsWhatIsNotOneHost(String host) {
        assertThatThrownBy(() -> HostHeader.require(host))
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.status()).isEqualTo(400));
    }
}
