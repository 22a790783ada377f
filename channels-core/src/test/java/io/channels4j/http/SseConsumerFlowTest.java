package io.channels4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SseConsumerFlowTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    static class Ticker extends AsyncSseConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("ticks");
        }

        @Override
        protected Duration heartbeat() {
            return Duration.ZERO;
        }
    }

    @Test
    @DisplayName("P3: broadcasts to a slow peer wait in the layer and are sent one at a time")
    void broadcastWaitsUntilThePreviousOneIsAdmitted() {
        serve(new Ticker());
        CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        connection.onSend(event -> caughtUp);

        layer.groupSend("ticks", Broadcast.text("one"));
        layer.groupSend("ticks", Broadcast.text("two"));
        loop.runAll();

        assertThat(streamed()).containsExactly(":\n\n", "data: one\n\n");

        caughtUp.complete(null);
        loop.runAll();

        assertThat(streamed()).containsExactly(":\n\n", "data: one\n\n", "data: two\n\n");
    }

    @Test
    void broadcastIsEncodedOnceForAllMembers() {
        ScriptedConnection second = new ScriptedConnection();
        serve(new Ticker());
        serve(new Ticker(), second);

        layer.groupSend("ticks", Broadcast.text("one"));
        loop.runAll();

        assertThat(connection.sent().get(2)).isSameAs(second.sent().get(2));
    }

    @Test
    void broadcastBeforeTheStreamIsDropped() {
        serve(new Ticker() {
            @Override
            protected java.util.concurrent.CompletionStage<Void> connect() {
                return CompletableFuture.completedFuture(null);
            }
        });

        layer.groupSend("ticks", Broadcast.text("one"));
        loop.runAll();

        assertThat(connection.sent()).isEmpty();
    }

    @Test
    void rejectsScopeOfAnotherProtocol() {
        Scope scope = connection.scope("lifespan", loop).build();
        Ticker ticker = new Ticker();

        assertThatThrownBy(() -> ticker.serve(scope, connection, connection))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("scope type: \"lifespan\" (expected: http, for %s)".formatted(Ticker.class.getName()));
    }

    @Test
    void rejectsNegativeHeartbeat() {
        Scope scope = connection.scope("http", loop).build();
        Ticker hasty = new Ticker() {
            @Override
            protected Duration heartbeat() {
                return Duration.ofSeconds(-1);
            }
        };

        assertThatThrownBy(() -> hasty.serve(scope, connection, connection))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("PT-1S (expected: zero or more)");
    }

    private void serve(Consumer consumer) {
        serve(consumer, connection);
    }

    private void serve(Consumer consumer, ScriptedConnection peer) {
        Scope scope = peer.scope("http", loop)
                .with(ChannelLayers.KEY, ChannelLayers.of(layer))
                .build();
        consumer.serve(scope, peer, peer);
        peer.deliver(new HttpRequest(new byte[0], false));
        loop.runAll();
    }

    private List<String> streamed() {
        return connection.sent().stream()
                .filter(HttpResponseBody.class::isInstance)
                .map(SseConsumerFlowTest::text)
                .toList();
    }

    private static String text(Event part) {
        return new String(((HttpResponseBody) part).body(), UTF_8);
    }
}
