package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.GOAWAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.Http2Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Http2PrefaceTest extends Http2LimitsFixture {

    @Test
    @DisplayName("RFC 9113 §3.4: the preface may arrive byte by byte")
    void acceptsPrefaceByteByByte() {
        server = respondingAfterProceed().start();
        proceed.complete(null);
        client = new Http2Client(Http2Client.connect(server));
        for (char c : Http2Client.PREFACE.toCharArray()) {
            client.send(new byte[] {(byte) c});
        }

        assertThat(client.settings().get(1, "/").response(1).status()).isEqualTo(200);
    }

    @Test
    void methodThatBeginsLikeThePrefaceIsHttp1() {
        server = respondingAfterProceed().start();
        proceed.complete(null);
        client = new Http2Client(Http2Client.connect(server));
        try (RawClient http1 = new RawClient(server.localAddress())) {
            http1.send("PRI");
            http1.send("CE / HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(http1.response("PRICE").status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("RFC 9113 §3.4: a preface without SETTINGS closes the connection")
    void closesConnectionAfterPrefaceWithoutSettings() {
        server = respondingAfterProceed().start();
        client = new Http2Client(Http2Client.connect(server));
        client.send(Http2Client.PREFACE.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .get(1, "/");

        assertThat(client.await(GOAWAY).error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
        assertThat(client.ended()).isTrue();
    }

    @Test
    void rejectsPrefaceWhenHttp2IsDisabled() {
        connect(respondingAfterProceed().http2(Http2Settings.disabled()));
        try (RawClient http1 = new RawClient(server.localAddress())) {
            assertThat(http1.send(Http2Client.PREFACE).response("PRI").status()).isEqualTo(505);
        }
    }
}
