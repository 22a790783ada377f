package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Sender;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.SlowConsumerPolicy;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketSend;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundTest {

    private static final int SMALL_BUFFER = 4096;
    private static final int FILLING_MESSAGES = 400;
    private static final byte[] KIB_64 = new byte[64 * 1024];

    private final CompletableFuture<Sender> opened = new CompletableFuture<>();
    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private NettyServer server;
    private RawClient client;

    /** Opens a connection and returns its sender, which the test uses from its own thread. */
    private Sender open(NettyServerBuilder builder) throws Exception {
        server = builder.port(0).start();
        client = new RawClient(server.localAddress(), SMALL_BUFFER);
        client.handshake("/");
        return opened.get(10, TimeUnit.SECONDS);
    }

    private Application exposingSender() {
        return Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            opened.complete(socket.sender());
            socket.next();
            last.complete(socket.next());
        });
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static WebSocketSend numbered(int number, int size) {
        return WebSocketSend.binary(ByteBuffer.allocate(size).putInt(number).array());
    }

    private int number(RawClient.Frame frame) {
        return ByteBuffer.wrap(frame.payload()).getInt();
    }

    @Test
    void completesStageImmediatelyWhileLittleIsQueued() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender()));

        assertThat(sender.send(WebSocketSend.text("x")).toCompletableFuture().getClass())
                .isEqualTo(CompletableFuture.class);
        assertThat(sender.send(WebSocketSend.text("x"))).isCompleted();
    }

    @Test
    void completesStageAfterALongQueueHasDrained() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(100 << 20)));
        CompletableFuture<Void> pending = fill(sender);

        assertThat(pending).isNotDone();
        for (int i = 0; i < FILLING_MESSAGES; i++) {
            assertThat(number(client.frame())).isEqualTo(i);
        }
        assertThat(pending)
                .succeedsWithin(Duration.ofSeconds(5)); // the last frame may arrive before the stage completes
    }

    /**
     * Sends more than the operating system's socket buffers can hold. Returns the last stage that was not immediately complete.
     */
    private static CompletableFuture<Void> fill(Sender sender) {
        CompletableFuture<Void> pending = new CompletableFuture<>();
        for (int i = 0; i < FILLING_MESSAGES; i++) {
            CompletableFuture<Void> sent =
                    sender.send(numbered(i, KIB_64.length)).toCompletableFuture();
            pending = sent.isDone() ? pending : sent;
        }
        return pending;
    }

    @Test
    @DisplayName("P1: messages of one thread keep their order while other threads send")
    void keepsOrderOfEachThread() throws Exception {
        int threads = 4;
        int each = 5000;
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(100 << 20)));
        for (int thread = 0; thread < threads; thread++) {
            int first = thread * each;
            CompletableFuture.runAsync(() -> {
                for (int i = 0; i < each; i++) {
                    sender.send(numbered(first + i, 40));
                }
            });
        }
        int[] next = new int[threads];
        for (int i = 0; i < threads * each; i++) {
            int number = number(client.frame());
            assertThat(number % each).isEqualTo(next[number / each]++);
        }
    }

    @Test
    @DisplayName("P1: a send on the event loop does not overtake an earlier send of another thread")
    void keepsOrderBetweenEventLoopAndOtherThreads() throws Exception {
        int rounds = 2000;
        CompletableFuture<Void> done = new CompletableFuture<>();
        server = ServersWithoutLifespan.builder((scope, receiver, sender) -> sender.send(new WebSocketAccept())
                        .thenCompose(accepted -> {
                            CompletableFuture.runAsync(() -> {
                                for (int i = 0; i < rounds; i += 2) {
                                    int number = i;
                                    sender.send(numbered(number, 40));
                                    CompletableFuture.runAsync(
                                                    () -> sender.send(numbered(number + 1, 40)), scope.executor())
                                            .join();
                                }
                            });
                            return done;
                        }))
                .port(0)
                .start();
        client = RawClient.open(server, "/");

        for (int i = 0; i < rounds; i++) {
            assertThat(number(client.frame())).isEqualTo(i);
        }
        done.complete(null);
    }

    @Test
    @DisplayName("P3: a slow peer is disconnected, and the application receives the reason")
    void disconnectsASlowPeer() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(200_000)));
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        while (sent.isEmpty() || !sent.get(sent.size() - 1).isCompletedExceptionally()) {
            sent.add(sender.send(WebSocketSend.binary(KIB_64)).toCompletableFuture());
        }

        assertThat(sent.get(sent.size() - 1))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(ConnectionClosedException.class)
                .withMessageContaining("slow consumer");
        WebSocketDisconnect disconnect = (WebSocketDisconnect) last.get(10, TimeUnit.SECONDS);
        assertThat(disconnect.code()).isEqualTo(1006);
        assertThat(disconnect.reason()).startsWith("the peer is too slow: ");
        assertThat(disconnect.failure()).isNotNull();
    }

    @Test
    void disconnectsAPeerWhoseOldestMessageIsTooOld() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(100 << 20).withMaxAge(Duration.ofMillis(100))));
        fill(sender);

        assertThat(((WebSocketDisconnect) last.get(10, TimeUnit.SECONDS)).reason())
                .isEqualTo("the peer is too slow: a message was queued for more than PT0.1S");
    }

    @Test
    void admitsOneMessageOfAnySizeToAnEmptyQueue() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(1000)));
        sender.send(WebSocketSend.binary(new byte[5 << 20]));

        assertThat(client.frame().payload()).hasSize(5 << 20);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_NEWEST", "DROP_OLDEST"})
    @DisplayName("P3: a policy drops whole messages, and the others keep their order")
    void dropsMessagesForASlowPeer(SlowConsumerPolicy policy) throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(1 << 20).withPolicy(policy)));
        fill(sender).thenRun(() -> sender.send(numbered(FILLING_MESSAGES, 4)));

        assertThat(receiveUpTo(FILLING_MESSAGES)).isSorted().hasSizeLessThan(FILLING_MESSAGES);
    }

    @Test
    void keepsTheNewestMessageWhenItDropsTheOldestOnes() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(
                        OutboundSettings.defaults().withMaxBytes(1 << 20).withPolicy(SlowConsumerPolicy.DROP_OLDEST)));
        fill(sender);

        assertThat(receiveUpTo(FILLING_MESSAGES - 1)).doesNotHaveDuplicates();
    }

    private List<Integer> receiveUpTo(int last) {
        List<Integer> received = new ArrayList<>();
        do {
            received.add(number(client.frame()));
        } while (received.get(received.size() - 1) != last);
        return received;
    }

    @Test
    void answersOnlyTheLatestPingOfAPeerThatDoesNotRead() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(100 << 20)));
        fill(sender);
        for (int i = 0; i < 1000; i++) {
            client.frame(0x89, ByteBuffer.allocate(4).putInt(i).array());
        }
        client.text("the last");
        last.get(10, TimeUnit.SECONDS);
        List<Integer> messages = new ArrayList<>();
        List<Integer> pongs = new ArrayList<>();
        while (messages.size() < FILLING_MESSAGES) {
            RawClient.Frame frame = client.frame();
            (frame.opcode() == 10 ? pongs : messages).add(number(frame));
        }

        assertThat(pongs).isSorted().hasSizeLessThan(100).endsWith(999);
    }

    @Test
    void failsPendingStageWhenTheConnectionIsReset() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender())
                .outbound(OutboundSettings.defaults().withMaxBytes(100 << 20)));
        CompletableFuture<Void> pending = fill(sender);
        client.reset();

        assertThat(pending)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void sendsText() throws Exception {
        Sender sender = open(ServersWithoutLifespan.builder(exposingSender()));
        sender.send(WebSocketSend.text("héllo".getBytes(StandardCharsets.UTF_8)));
        RawClient.Frame frame = client.frame();

        assertThat(frame.opcode()).isEqualTo(1);
        assertThat(frame.text()).isEqualTo("héllo");
    }
}
