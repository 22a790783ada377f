package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.security.AllowedHosts;
import io.channels4j.security.OriginValidator;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    private static final Application PAGE = Consumer.application(() -> new HttpConsumer() {
        @Override
        protected void handle(byte[] body) {
            sendResponse(200, "page");
        }
    });

    private static final class Chat extends AsyncWebsocketConsumer {}

    private static int get(Application application, String host) {
        return Peer.get(application, "/", "Host", host).status();
    }

    private static int getFrom(String address, Application application, String host) {
        try (HttpCommunicator peer = Peer.http(application, "/")
                .header("Host", host)
                .scope(facts -> facts.server(new InetSocketAddress(address, 8000)))
                .build()) {
            return peer.getResponse().status();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "EXAMPLE.com:8000", "example.com.", "example.org", "a.b.example.org:1"})
    void acceptsAnAllowedHost(String host) {
        assertThat(get(HostSnippets.guarded(PAGE), host)).isEqualTo(200);
    }

    @ParameterizedTest
    @DisplayName("P8: another host, and a malformed one, is answered with 400")
    @ValueSource(
            strings = {
                "evil.example",
                "www.example.com",
                "example.com.evil.example",
                "badexample.org",
                ".example.org",
                "example.com@evil.example",
                "evil.example/example.com",
                "example.com:80:80",
                "example.com example.com",
                "[::1",
                "[::1].",
            })
    void refusesAnotherHost(String host) {
        assertThat(get(HostSnippets.guarded(PAGE), host)).isEqualTo(400);
    }

    @Test
    void refusesSeveralHosts() {
        try (HttpCommunicator peer = Peer.http(HostSnippets.guarded(PAGE), "/")
                .header("Host", "example.com")
                .header("Host", "example.com")
                .build()) {
            assertThat(peer.getResponse().status()).isEqualTo(400);
        }
    }

    @Test
    void asteriskAcceptsEveryHost() {
        assertThat(get(PAGE.behind(AllowedHosts.of("*")), "evil.example")).isEqualTo(200);
        assertThat(get(PAGE.behind(AllowedHosts.of("*")), "a b")).isEqualTo(400);
    }

    @Test
    @DisplayName("P8: a page whose name was rebound to this server cannot open a WebSocket (DNS rebinding)")
    void refusesAReboundName() {
        Application chat =
                Consumer.application(Chat::new).behind(AllowedHosts.of("localhost"), OriginValidator.sameHost());

        try (WebsocketCommunicator peer = Peer.socket(chat, "/")
                .header("Host", "evil.example:80")
                .header("Origin", "http://evil.example")
                .build()) {
            assertThat(peer.connect().status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost:8000, 200",
        "127.0.0.1, app.localhost, 200",
        "127.0.0.1, 127.0.0.1:8000, 200",
        "::1,       [::1]:8000, 200",
        "127.0.0.1, evil.example:8000, 400",
        "::1,       evil.example:8000, 400",
        "10.0.0.1,  evil.example:8000, 200",
    })
    @DisplayName("P8: by default, a connection to a loopback address must name a loopback host")
    void defaultIsLoopbackOnLoopback(String address, String host, int status) {
        assertThat(getFrom(address, PAGE.behind(AllowedHosts.create()), host)).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://example.com", "example.com:80", "*.example.com", "a b", "..a"})
    void rejectsAnInvalidPattern(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowedHosts.of(pattern))
                .withMessageStartingWith("allowed host: \"%s\"".formatted(pattern));
    }

    @Test
    void rejectsAnEmptyList() {
        assertThatIllegalArgumentException().isThrownBy(AllowedHosts::of);
    }
}
