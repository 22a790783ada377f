package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Verifies that communicators leave a test's database transaction open. */
class TransactionTest {

    private final Handle handle = Jdbi.open("jdbc:h2:mem:transaction");

    private int count() {
        return handle.createQuery("SELECT count(*) FROM note")
                .mapTo(Integer.class)
                .one();
    }

    private CompletionStage<Integer> countLater() {
        return Blocking.call(this::count);
    }

    class Counter extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return countLater().thenCompose(count -> send(String.valueOf(count)));
        }
    }

    class CounterPage extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return countLater().thenCompose(count -> sendResponse(200, String.valueOf(count)));
        }
    }

    @BeforeEach
    void begin() {
        handle.execute("CREATE TABLE note (text VARCHAR)");
        handle.begin();
        handle.execute("INSERT INTO note VALUES ('not committed')");
    }

    @AfterEach
    void close() {
        handle.close();
    }

    @Test
    @DisplayName("test_websocket: a transaction survives a WebSocket communicator")
    void survivesWebSocket() {
        try (WebsocketCommunicator socket = WebsocketCommunicator.builder(Consumer.application(Counter::new), "/")
                .build()) {
            assertThat(socket.connect().accepted()).isTrue();
            socket.sendTo("how many?");
            assertThat(socket.receiveFrom()).isEqualTo("1");
        }

        assertStillOpen();
    }

    @Test
    @DisplayName("test_http: a transaction survives an HTTP communicator")
    void survivesHttp() {
        try (HttpCommunicator request = HttpCommunicator.builder(Consumer.application(CounterPage::new), "GET", "/")
                .build()) {
            assertThat(request.getResponse().text()).isEqualTo("1");
        }

        assertStillOpen();
    }

    private void assertStillOpen() {
        assertThat(handle.isInTransaction()).isTrue();
        handle.rollback();
        assertThat(count()).isZero();
    }
}
