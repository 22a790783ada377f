package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The behaviour that the in-process WebSocket client shares with the socket client. */
abstract class WebsocketPeerRules {

    private static final Duration SHORT = Duration.ofSeconds(2);

    abstract WebsocketPeer peer(String path, Duration timeout, String... subprotocols);

    private WebsocketPeer connected() {
        WebsocketPeer peer = peer("/echo/", Duration.ofSeconds(5));
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    @Test
    void receivesEchoedTextBytesAndJson() {
        try (WebsocketPeer ada = connected()) {
            ada.sendTo("grüße \uD83D\uDE00");
            ada.sendTo(new byte[] {0, -1});
            ada.sendJsonTo(Map.of("a", 1));

            assertThat(ada.receiveFrom()).isEqualTo("grüße \uD83D\uDE00");
            assertThat(ada.receiveBytesFrom()).containsExactly(0, -1);
            assertThat(ada.receiveJsonFrom().path("a").intValue()).isEqualTo(1);
        }
    }

    @Test
    void receivesEchoedEmptyAndLargeMessages() {
        String large = "x".repeat(200_000);
        try (WebsocketPeer ada = connected()) {
            ada.sendTo("");
            ada.sendTo(large);

            assertThat(ada.receiveFrom()).isEmpty();
            assertThat(ada.receiveFrom()).isEqualTo(large);
        }
    }

    @Test
    void handshakeReturnsSubprotocol() {
        try (WebsocketPeer ada = peer("/echo/", Duration.ofSeconds(5), "chat.v2", "chat.v1")) {
            assertThat(ada.connect().subprotocol()).contains("chat.v2");
            assertThat(ada.connect()).isEqualTo(ada.connect());
        }
    }

    @Test
    void connectReturnsTheRejection() {
        try (WebsocketPeer ada = peer("/refused/", Duration.ofSeconds(5))) {
            Handshake answer = ada.connect();

            assertThat(answer.accepted()).isFalse();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.headers().first("x-why")).contains("no");
            assertThatIllegalStateException().isThrownBy(() -> ada.sendTo("hello"));
        }
    }

    @Test
    void receivesTheApplicationsClose() {
        try (WebsocketPeer ada = connected()) {
            ada.sendTo("bye");

            assertThat(ada.receiveClose()).isEqualTo(new CloseStatus(4001, "asked for"));
        }
    }

    @Test
    void receiveNothingIsTrueForASilentApplication() {
        try (WebsocketPeer ada = connected()) {
            assertThat(ada.receiveNothing()).isTrue();
            ada.sendTo("hello");
            assertThat(ada.receiveNothing(Duration.ofSeconds(5))).isFalse();
            assertThat(ada.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    void otherKindOfMessageStaysInTheQueue() {
        try (WebsocketPeer ada = peer("/echo/", SHORT)) {
            ada.connect();
            ada.sendTo("hello");
            assertThat(ada.receiveNothing(Duration.ofSeconds(5))).isFalse();

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(ada::receiveBytesFrom)
                    .withMessageContaining("expected: a binary message");
            assertThat(ada.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    void timeoutIsAnAssertionError() {
        try (WebsocketPeer ada = peer("/echo/", SHORT)) {
            ada.connect();

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(ada::receiveFrom)
                    .withMessageContaining("expected: a text message");
        }
    }

    @Test
    void rejectsSendsAfterDisconnect() {
        try (WebsocketPeer ada = connected()) {
            ada.disconnect();

            assertThatIllegalStateException().isThrownBy(() -> ada.sendTo("hello"));
        }
    }

    @Test
    void canBreakTheConnection() {
        try (WebsocketPeer ada = connected()) {
            ada.disconnect(CloseStatus.ABNORMAL_CODE);

            assertThatIllegalStateException().isThrownBy(() -> ada.sendTo("hello"));
        }
    }

    @Test
    void rejectsSendsBeforeConnect() {
        try (WebsocketPeer ada = peer("/echo/", SHORT)) {
            assertThatIllegalStateException().isThrownBy(() -> ada.sendTo("hello"));
        }
    }
}
