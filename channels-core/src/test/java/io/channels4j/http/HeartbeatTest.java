package io.channels4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Scope;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final Scope scope = connection.scope("http", loop).build();

    @Test
    void hasNoTimerBeforeTheStreamStarts() {
        assertThat(every(Duration.ofHours(1)).ticking()).isFalse();
    }

    @Test
    void sendsCommentsRepeatedly() {
        Heartbeat heartbeat = every(Duration.ofMillis(1));

        heartbeat.start();

        await().until(() -> {
            loop.runAll();
            return connection.sent().size() >= 3;
        });
        assertThat(((HttpResponseBody) connection.sent().get(2)).body())
                .asString()
                .isEqualTo(":\n\n");
        assertThat(((HttpResponseBody) connection.sent().get(2)).more()).isTrue();
        heartbeat.stop();
    }

    @Test
    void cancelsItsTimerWhenStopped() {
        Heartbeat heartbeat = every(Duration.ofHours(1));
        heartbeat.start();

        heartbeat.stop();

        assertThat(heartbeat.ticking()).isFalse();
    }

    @Test
    void cancelsItsTimerWhenTheTransportCloses() {
        Heartbeat heartbeat = every(Duration.ofHours(1));
        heartbeat.start();
        assertThat(heartbeat.ticking()).isTrue();

        connection.closeTransport();

        assertThat(heartbeat.ticking()).isFalse();
    }

    @Test
    void doesNotStartOnAClosedTransport() {
        Heartbeat heartbeat = every(Duration.ofHours(1));
        connection.closeTransport();

        heartbeat.start();

        assertThat(heartbeat.ticking()).isFalse();
    }

    @Test
    void sendsNothingWhenStoppedBeforeItsTaskRuns() {
        Heartbeat heartbeat = every(Duration.ofMillis(1));
        heartbeat.start();
        await().until(() -> !loop.isEmpty());

        heartbeat.stop();
        loop.runAll();

        assertThat(connection.sent()).isEmpty();
        assertThat(heartbeat.ticking()).isFalse();
    }

    @Test
    void skipsHeartbeatsForASlowPeer() {
        CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        connection.onSend(event -> caughtUp);
        Heartbeat heartbeat = every(Duration.ofMillis(1));
        heartbeat.start();

        await().until(() -> {
            loop.runAll();
            return loop.taken() >= 4;
        });
        assertThat(connection.sent()).hasSize(1);

        caughtUp.complete(null);
        await().until(() -> {
            loop.runAll();
            return connection.sent().size() >= 2;
        });
        heartbeat.stop();
    }

    @Test
    void endsWhenTheExecutorWasShutDown() {
        Heartbeat heartbeat = every(Duration.ofMillis(1));
        loop.shutDown();

        heartbeat.start();

        await().until(() -> !heartbeat.ticking());
    }

    private Heartbeat every(Duration interval) {
        return new Heartbeat(scope, connection, interval);
    }
}
