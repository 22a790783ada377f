package io.channels4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.internal.SharedEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketEventsTest {

    @Test
    void hasTheNamesOfTheSpecification() {
        assertThat(new Event[] {
                    new WebSocketConnect(),
                    new WebSocketAccept(),
                    WebSocketReceive.text(""),
                    WebSocketSend.text(""),
                    new WebSocketClose(CloseStatus.NORMAL),
                    new WebSocketDisconnect(1000, ""),
                    new WebSocketResponseStart(404, Headers.empty()),
                    new WebSocketResponseBody(new byte[0], false)
                })
                .extracting(Event::type)
                .containsExactly(
                        "websocket.connect",
                        "websocket.accept",
                        "websocket.receive",
                        "websocket.send",
                        "websocket.close",
                        "websocket.disconnect",
                        "websocket.http.response.start",
                        "websocket.http.response.body");
    }

    @Test
    void textTravelsAsUtf8() {
        assertThat(WebSocketReceive.text("h\u00e9").bytes()).containsExactly('h', 0xc3, 0xa9);
        assertThat(WebSocketSend.text("h\u00e9").bytes()).containsExactly('h', 0xc3, 0xa9);
        assertThat(WebSocketReceive.text(new byte[] {'h', (byte) 0xc3, (byte) 0xa9})
                        .text())
                .isEqualTo("h\u00e9");
        assertThat(WebSocketSend.text(new byte[] {'h', (byte) 0xc3, (byte) 0xa9})
                        .text())
                .isEqualTo("h\u00e9");
    }

    @Test
    void binaryMessageHasNoText() {
        byte[] bytes = {1, 2};

        assertThat(WebSocketReceive.binary(bytes).isText()).isFalse();
        assertThat(WebSocketReceive.binary(bytes).bytes()).isSameAs(bytes);
        assertThat(WebSocketSend.binary(bytes).isText()).isFalse();
        assertThat(WebSocketSend.binary(bytes).bytes()).isSameAs(bytes);
    }

    @Test
    void toStringHidesContents() {
        assertThat(WebSocketReceive.text("secret")).hasToString("WebSocketReceive[6 bytes of text]");
        assertThat(WebSocketSend.binary(new byte[3])).hasToString("WebSocketSend[3 bytes of binary]");
    }

    @Test
    void broadcastIsOneSharedEvent() {
        Broadcast broadcast = Broadcast.text("hi");

        WebSocketSend event = WebSocketSend.of(broadcast);

        assertThat(WebSocketSend.of(broadcast)).isSameAs(event);
        assertThat(SharedEncoding.isShared(event)).isTrue();
        assertThat(event.text()).isEqualTo("hi");
        assertThat(SharedEncoding.isShared(WebSocketSend.text("hi"))).isFalse();
    }

    @Test
    void keepsTheServersEncodedForm() {
        WebSocketSend event = WebSocketSend.text("hi");
        assertThat(SharedEncoding.get(event)).isNull();

        SharedEncoding.keep(event, "frame");

        assertThat(SharedEncoding.get(event)).isEqualTo("frame");
    }

    @Test
    void acceptCanSelectASubprotocol() {
        assertThat(new WebSocketAccept().chosenSubprotocol()).isEmpty();
        assertThat(new WebSocketAccept("chat", Headers.empty()).chosenSubprotocol())
                .contains("chat");
    }

    @Test
    void acceptRejectsHeadersOfTheHandshake() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebSocketAccept(null, Headers.of("Sec-WebSocket-Protocol", "chat")))
                .withMessage(
                        "accept header: \"sec-websocket-protocol\" (expected: none that the handshake itself sets)");
    }

    @Test
    void disconnectCanHaveACause() {
        IllegalStateException failure = new IllegalStateException();

        assertThat(new WebSocketDisconnect(1000, "").cause()).isEmpty();
        assertThat(new WebSocketDisconnect(1006, "cut", failure).cause()).contains(failure);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 101, 199, 600})
    void rejectsInterimStatuses(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebSocketResponseStart(status, Headers.empty()))
                .withMessage("status of a rejected handshake: %d (expected: 200-599)", status);
    }
}
