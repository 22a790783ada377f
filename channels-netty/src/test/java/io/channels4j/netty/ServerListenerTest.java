package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.SlowConsumerPolicy;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ServerListenerTest {

    private static final class Recorder implements ServerListener {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<Duration> times = new CopyOnWriteArrayList<>();
        final AtomicLong queued = new AtomicLong();
        final AtomicLong maxQueued = new AtomicLong();

        @Override
        public void opened(Scope scope) {
            calls.add("opened " + scope.type());
        }

        @Override
        public void accepted(Scope scope) {
            calls.add("accepted");
        }

        @Override
        public void closed(Scope scope, ConnectionSummary summary) {
            calls.add("closed %d, in %d/%d, out %d/%d"
                    .formatted(
                            summary.status(),
                            summary.messagesIn(),
                            summary.bytesIn(),
                            summary.messagesOut(),
                            summary.bytesOut()));
        }

        @Override
        public void refused(String reason) {
            calls.add("refused " + reason);
        }

        @Override
        public void received(Scope scope, int bytes) {
            calls.add("received " + bytes);
        }

        @Override
        public void sent(Scope scope, int bytes) {
            calls.add("sent " + bytes);
        }

        @Override
        public void dropped(Scope scope, String reason, int bytes) {
            calls.add("dropped " + reason);
        }

        @Override
        public void queued(Scope scope, long change) {
            maxQueued.accumulateAndGet(queued.addAndGet(change), Math::max);
        }

        @Override
        public void handled(Scope scope, Duration time) {
            times.add(time);
        }

        void awaitClosed() {
            await().until(() -> calls.stream().anyMatch(call -> call.startsWith("closed")));
        }
    }

    @Test
    void reportsWebSocketFromOpenToClose() {
        Recorder recorder = new Recorder();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .listeners(recorder)
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            client.text("hello").frame();
            client.closeFrame(4321, "").frame();
            recorder.awaitClosed();
        }

        assertThat(recorder.calls)
                .containsExactly(
                        "opened websocket", "accepted", "received 5", "sent 5", "closed 4321, in 1/5, out 1/5");
    }

    @Test
    void reportsRequestFromOpenToClose() {
        Recorder recorder = new Recorder();
        try (NettyServer server = ServersWithoutLifespan.builder(
                                Apps.script(http -> http.respond(201, Headers.empty(), http.body() + "!")))
                        .port(0)
                        .listeners(recorder)
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
                    .response("POST");
            recorder.awaitClosed();
        }

        assertThat(recorder.calls)
                .containsExactly("opened http", "received 2", "sent 3", "closed 201, in 1/2, out 1/3");
    }

    @Test
    void reportsStatusOfRefusedHandshake() {
        Recorder recorder = new Recorder();
        try (NettyServer server = ServersWithoutLifespan.builder(
                                Apps.script(socket -> socket.send(new WebSocketClose(CloseStatus.NORMAL))))
                        .port(0)
                        .listeners(recorder)
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            client.handshake("/");
            client.reset();
            recorder.awaitClosed();
        }

        assertThat(recorder.calls).containsExactly("opened websocket", "closed 403, in 0/0, out 0/0");
    }

    @Test
    void reportsMalformedRequest() {
        Recorder recorder = new Recorder();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .listeners(recorder)
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nno host\r\n\r\n").response("GET");
        }

        assertThat(recorder.calls).containsExactly("refused malformed");
    }

    @Test
    void reportsDroppedMessagesAndQueuedBytes() {
        Recorder recorder = new Recorder();
        byte[] big = new byte[100_000];
        CompletableFuture<Void> allSent = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.webSocket((message, sender) -> {
                            for (int i = 0; i < 200; i++) {
                                sender.send(WebSocketSend.binary(big));
                            }
                            allSent.complete(null);
                            return CompletableFuture.completedFuture(null);
                        }))
                        .port(0)
                        .outbound(OutboundSettings.defaults().withPolicy(SlowConsumerPolicy.DROP_NEWEST))
                        .listeners(recorder)
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            client.text("go");
            allSent.join();
            client.reset();
            recorder.awaitClosed();
        }

        long sent = recorder.calls.stream().filter("sent 100000"::equals).count();
        long dropped =
                recorder.calls.stream().filter("dropped drop_newest"::equals).count();
        assertThat(dropped).isPositive();
        assertThat(sent + dropped).isEqualTo(200);
        assertThat(recorder.maxQueued.get()).isPositive();
        assertThat(recorder.queued.get()).isZero();
    }

    private static final class Slow extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            CompletableFuture<Void> delay = new CompletableFuture<>();
            return delay.completeOnTimeout(null, 20, TimeUnit.MILLISECONDS).thenCompose(nothing -> send(text));
        }
    }

    @Test
    void reportsDurationOfCallbackUntilItsStageCompletes() {
        Recorder recorder = new Recorder();
        try (NettyServer server = ServersWithoutLifespan.builder(Consumer.application(Slow::new))
                        .port(0)
                        .listeners(recorder)
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            client.text("hello").frame();
            await().until(() -> recorder.times.size() == 2);
        }

        assertThat(recorder.times.get(0)).as("connect").isPositive();
        assertThat(recorder.times.get(1)).as("receive").isGreaterThanOrEqualTo(Duration.ofMillis(20));
    }

    @Test
    void servesConnectionIfAListenerFails() {
        ServerListener failing = new ServerListener() {
            @Override
            public void opened(Scope scope) {
                throw new IllegalStateException("failing");
            }
        };
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .listeners(failing)
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            assertThat(client.text("still here").frame().text()).isEqualTo("still here");
        }
    }

    @Test
    void writesAccessLogWithoutQuery() {
        List<String> lines = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
            }
        };
        appender.start();
        Logger access = (Logger) LoggerFactory.getLogger("io.channels4j.access");
        access.setLevel(Level.INFO);
        access.addAppender(appender);
        try (NettyServer server =
                ServersWithoutLifespan.builder(Apps.echo()).port(0).start()) {
            try (RawClient client = RawClient.open(server, "/logged%20here?token=secret")) {
                client.text("hello").frame();
                client.closeFrame(1000, "").frame();
            }
        } finally {
            access.detachAppender(appender);
            access.setLevel(null);
        }

        assertThat(lines.stream().filter(line -> line.contains("/logged%20here")))
                .hasSize(2)
                .noneMatch(line -> line.contains("secret"))
                .anyMatch(line -> line.endsWith("websocket /logged%20here opened"))
                .anyMatch(line -> line.matches(
                        ".* closed 1000 after \\d+ ms, 1 messages and 5 bytes in, 1 messages and 5 bytes out"));
    }
}
