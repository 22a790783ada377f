package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.ServerSentEvent;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HttpCommunicatorEventsTest {

    static final class News extends AsyncSseConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            return accept().thenCompose(
                            accepted -> send(ServerSentEvent.of("first").withId("1")))
                    .thenCompose(sent -> send("second\nline"));
        }
    }

    static final class Page extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "a page");
        }
    }

    @Test
    void receivesEventsOneByOne() {
        try (HttpCommunicator browser = HttpCommunicator.builder(Consumer.application(News::new), "GET", "/news/")
                .build()) {
            assertThat(browser.receiveEvent())
                    .isEqualTo(ServerSentEvent.of("first").withId("1"));
            assertThat(browser.receiveEvent()).isEqualTo(ServerSentEvent.of("second\nline"));
        }
    }

    @Test
    void rejectsReadingEventsFromAPage() {
        try (HttpCommunicator browser = HttpCommunicator.builder(Consumer.application(Page::new), "GET", "/")
                .build()) {
            assertThatThrownBy(browser::receiveEvent)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("content-type text/plain; charset=utf-8 (expected: text/event-stream)");
        }
    }
}
