package io.channels4j.netty.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Scope;
import io.channels4j.engine.CallbackWatch;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ServerMemory;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionMetricsTest {

    private final DefaultEventLoop thread = new DefaultEventLoop();
    private final EventLoopState loop = new EventLoopState(
            thread,
            Duration.ofHours(1),
            System::nanoTime,
            new CallbackWatch(null),
            ServerMemory.of(Long.MAX_VALUE, Long.MAX_VALUE));
    private final List<Integer> sent = new ArrayList<>();
    private final CompletableFuture<ConnectionSummary> summary = new CompletableFuture<>();
    private final ConnectionMetrics metrics = new ConnectionMetrics(
            Scope.builder("websocket").path("/").build(),
            new ServerListener() {
                @Override
                public void sent(Scope scope, int bytes) {
                    sent.add(bytes);
                }

                @Override
                public void closed(Scope scope, ConnectionSummary closed) {
                    summary.complete(closed);
                }
            },
            loop);

    @AfterEach
    void end() {
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private ConnectionSummary close() throws Exception {
        thread.submit(() -> {
                    metrics.opened();
                    metrics.closed(1000);
                })
                .get();
        return summary.get(10, TimeUnit.SECONDS);
    }

    @Test
    void countsMessageBeforeThePeerCanRespond() throws Exception {
        metrics.count(1, 5);

        assertThat(close().messagesOut()).isEqualTo(1);
        metrics.sent(5, true);
        assertThat(sent).containsExactly(5);
    }

    @Test
    void sumsMessagesOfAllThreads() throws Exception {
        metrics.count(1, 5);
        thread.submit(() -> metrics.count(1, 7)).get();

        assertThat(close().bytesOut()).isEqualTo(12);
    }

    @Test
    void doesNotCountARejectedMessage() throws Exception {
        metrics.count(1, 5);
        metrics.sent(5, false);

        assertThat(close().messagesOut()).isZero();
        assertThat(close().bytesOut()).isZero();
        assertThat(sent).isEmpty();
    }
}
