package io.channels4j.testing.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.testing.WebsocketCommunicator;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {

    private static final Set<String> SCHEMES = Set.of("ws");

    private static RequestTarget parse(String text) {
        return RequestTarget.parse(text, SCHEMES);
    }

    @Test
    void readsPathAndQuery() {
        Scope scope = parse("/rooms/?page=2").apply(Scope.builder("websocket")).build();

        assertThat(scope.path()).isEqualTo("/rooms/");
        assertThat(scope.queryString()).isEqualTo("page=2");
    }

    @Test
    void readsUrl() {
        RequestTarget target = parse("ws://ada:secret@example.com:8000/rooms/?page=2#bottom");

        assertThat(target).isEqualTo(new RequestTarget("ws", "example.com:8000", "/rooms/?page=2"));
    }

    @Test
    void urlWithoutPathHasTheRootPath() {
        assertThat(parse("ws://example.com?page=2").pathAndQuery()).isEqualTo("/?page=2");
    }

    @Test
    void urlSetsHostHeader() {
        assertThat(parse("ws://example.com/").headers(Headers.empty()).first("host"))
                .hasValue("example.com");
    }

    @Test
    void explicitHostHeaderTakesPrecedence() {
        Headers headers = parse("ws://example.com/").headers(Headers.of("Host", "other"));

        assertThat(headers.all("host")).containsExactly("other");
    }

    @Test
    void encodesNonAsciiCharacters() {
        Scope scope = parse("/zürich/").apply(Scope.builder("websocket")).build();

        assertThat(scope.rawPath()).isEqualTo("/z%C3%BCrich/");
        assertThat(scope.path()).isEqualTo("/zürich/");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        "ws/chat/"                | a path that starts with /
        ""                        | a path that starts with /
        "http://example.com/"     | a URL that starts with one of [ws]
        "ws:///chat/"             | a host after the scheme
        "/room#1/"                | no fragment
        "/a b/"                   | character U+0020 at 2
        """)
    void rejectsTargetsThatClientsCannotSend(String path, String message) {
        assertThatThrownBy(() -> parse(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void builderRejectsInvalidEncoding() {
        assertThatThrownBy(() -> WebsocketCommunicator.builder((scope, receiver, sender) -> null, "/%zz/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/%zz/");
    }
}
