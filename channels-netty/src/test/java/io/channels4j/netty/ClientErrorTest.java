package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.ClientErrorException;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SignedCookieSessionStore;
import io.channels4j.support.CapturedLog;
import io.channels4j.websocket.WebsocketConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClientErrorTest {

    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            scope().session().put("name", "x".repeat(5000));
            sendResponse(200, "saved");
        }
    }

    private static final class Socket extends WebsocketConsumer {

        @Override
        protected void connect() {
            if (scope().path().equals("/refused")) {
                throw new ClientErrorException(404, "no such room");
            }
            accept();
        }

        @Override
        protected void receive(String text) {
            throw new ClientErrorException(text.equals("big") ? 413 : 422, "not wanted");
        }
    }

    private final Application sockets = Consumer.application(Socket::new);
    private final Application pages =
            Consumer.application(Page::new).behind(SessionMiddleware.of(SignedCookieSessionStore.of(new byte[32])));

    private NettyServer start(Application application) {
        return ServersWithoutLifespan.builder(application).port(0).start();
    }

    @Test
    @DisplayName("P7: a session that is too large for its cookie causes status 413 and one debug line")
    void reportsAnOversizedSession() throws Exception {
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                NettyServer server = start(pages);
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(client.response("GET").status()).isEqualTo(413);
            assertThat(log.messages(Level.ERROR)).isEmpty();
            assertThat(log.messages(Level.DEBUG))
                    .filteredOn(line -> line.contains("refused, session: "))
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName("P7: a client error closes an open WebSocket with 1008 or 1009, and no ERROR is logged")
    void closesAnOpenWebSocket() throws Exception {
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                NettyServer server = start(sockets);
                RawClient wrong = RawClient.open(server, "/");
                RawClient big = RawClient.open(server, "/");
                RawClient refused = new RawClient(server.localAddress())) {
            assertThat(wrong.text("wrong").frame().closeCode()).isEqualTo(1008);
            assertThat(big.text("big").frame().closeCode()).isEqualTo(1009);
            assertThat(refused.handshake("/refused").status()).isEqualTo(404);
            assertThat(log.messages(Level.ERROR)).isEmpty();
        }
    }
}
