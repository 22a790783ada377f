package io.channels4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.ConsumerProtocol.Effect;
import io.channels4j.Headers;
import io.channels4j.Scope;
import org.junit.jupiter.api.Test;

class WebSocketProtocolTest {

    private final WebSocketProtocol protocol =
            new WebSocketProtocol(Scope.builder("websocket").build(), WebSocketProtocolTest.class);

    @Test
    void isOpenBeforeTheAcceptIsAdmitted() {
        assertThat(protocol.sent(new WebSocketAccept())).isEqualTo(Effect.NONE);

        assertThat(protocol.isOpen()).isTrue();
    }

    @Test
    void isNotOpenAfterRefusedAccept() {
        WebSocketAccept accept = new WebSocketAccept("unknown", Headers.empty());
        protocol.sent(accept);

        protocol.refused(accept);

        assertThat(protocol.isOpen()).isFalse();
        assertThat(protocol.failed(new IllegalStateException("no")).notice()).isNull();
    }

    @Test
    void staysOpenWhenSecondAcceptIsRefused() {
        protocol.sent(new WebSocketAccept());
        WebSocketAccept second = new WebSocketAccept();
        protocol.sent(second);

        protocol.refused(second);

        assertThat(protocol.isOpen()).isTrue();
    }

    @Test
    void isOpenAgainAfterRefusedClose() {
        protocol.sent(new WebSocketAccept());
        WebSocketClose close = new WebSocketClose(CloseStatus.NORMAL);
        assertThat(protocol.sent(close)).isEqualTo(Effect.LEAVES_GROUPS);
        assertThat(protocol.isOpen()).isFalse();

        protocol.refused(close);

        assertThat(protocol.isOpen()).isTrue();
    }

    @Test
    void staysClosedWhenSendIsRefusedAfterTheDisconnect() {
        WebSocketAccept accept = new WebSocketAccept();
        protocol.sent(accept);
        protocol.received(new WebSocketDisconnect(1006, ""));

        protocol.refused(accept);

        assertThat(protocol.isOpen()).isFalse();
    }

    @Test
    void informsPeerOfFailureOnlyWhenOpen() {
        IllegalStateException failure = new IllegalStateException("no");
        assertThat(protocol.failed(failure).notice()).isNull();

        protocol.sent(new WebSocketAccept());

        assertThat(protocol.failed(failure).notice()).isEqualTo(new WebSocketClose(CloseStatus.INTERNAL_ERROR));
    }
}
