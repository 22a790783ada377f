package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Scope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TestTimeoutsTest {

    private static final String PROPERTY = "channels.test.timeout";
    private static final Application SILENT = (scope, receiver, sender) -> new CompletableFuture<>();

    @AfterEach
    void clearProperty() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void defaultIsFiveSeconds() {
        assertThat(TestTimeouts.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void systemPropertyAppliesToCommunicators() {
        System.setProperty(PROPERTY, "30ms");
        try (ApplicationCommunicator peer =
                ApplicationCommunicator.builder(SILENT, Scope.builder("custom")).build()) {
            assertThatThrownBy(peer::receiveOutput).hasMessageContaining("30 ms");
        }
    }

    @Test
    void invalidPropertyIsReported() {
        System.setProperty(PROPERTY, "soon");
        assertThatThrownBy(() -> WebsocketCommunicator.builder(SILENT, "/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channels.test.timeout: \"soon\" from system property channels.test.timeout");

        System.setProperty(PROPERTY, "0s");
        assertThatThrownBy(() -> WebsocketCommunicator.builder(SILENT, "/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: more than zero");
    }

    @Test
    void receiveNothingBeforeTheRequestIsAnError() {
        try (HttpCommunicator client =
                HttpCommunicator.builder(SILENT, "GET", "/").build()) {
            assertThatThrownBy(client::receiveNothing)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the application has not been called");
        }
        try (WebsocketCommunicator client =
                WebsocketCommunicator.builder(SILENT, "/").build()) {
            assertThatThrownBy(client::receiveNothing).isInstanceOf(IllegalStateException.class);
        }
    }
}
