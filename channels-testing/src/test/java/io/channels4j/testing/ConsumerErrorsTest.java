package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.consumer.Consumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsumerErrorsTest {

    // @start region="extension"
    @RegisterExtension
    final ConsumerErrors errors = ConsumerErrors.create();
    // @end

    /** Fails on request, and handles the failure "handled". */
    private static final class Failing extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            throw new IllegalStateException(text);
        }

        @Override
        protected void onError(Throwable failure, Event during) {
            if (!"handled".equals(failure.getMessage())) {
                super.onError(failure, during);
            }
        }

        @Override
        protected void disconnect(Disconnect why) {
            if (scope().path().equals("/fails/")) {
                throw new IllegalStateException("in disconnect");
            }
        }
    }

    private static final Application APPLICATION = Consumer.application(Failing::new);

    private static List<Throwable> failures(String path, String message) {
        ErrorWatch watch = new ErrorWatch();
        watch.begin();
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(APPLICATION, path).build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo(message);
            if (message.equals("handled")) {
                assertThat(peer.receiveNothing()).isTrue();
            } else {
                assertThatThrownBy(peer::receiveFrom).isNotNull();
            }
        } catch (RuntimeException thrownAgainByClose) {
            assertThat(thrownAgainByClose).hasStackTraceContaining(message);
        }
        return watch.end();
    }

    @Test
    void unhandledFailureIsAnError() {
        assertThat(failures("/", "unhandled"))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("unhandled"));
    }

    @Test
    void handledFailureIsNoError() {
        assertThat(failures("/", "handled")).isEmpty();
    }

    @Test
    void failureOfDisconnectIsAnError() {
        assertThat(failures("/fails/", "handled"))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("in disconnect"));
    }

    @Test
    void errorsFailTheTestUnlessExpected() {
        List<Throwable> failures = List.of(new IllegalStateException("unhandled"));

        assertThatCode(() -> errors.requireNone(List.of())).doesNotThrowAnyException();
        assertThatThrownBy(() -> errors.requireNone(failures))
                .isInstanceOf(AssertionError.class)
                .hasMessage("consumer errors: 1 (expected: none, or a call of expect())")
                .hasSuppressedException(failures.get(0));
        errors.expect();
        assertThatCode(() -> errors.requireNone(failures)).doesNotThrowAnyException();
    }

    @Test
    void watchesLiveServers() {
        ErrorWatch watch = new ErrorWatch();
        watch.begin();
        try (LiveServer server = LiveServer.start(APPLICATION);
                LiveWebsocket peer =
                        LiveWebsocket.builder(server.websocket("/")).build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("unhandled");
            assertThat(peer.receiveClose().code()).isEqualTo(1011);
        }
        assertThat(watch.end())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("unhandled"));
    }
}
