package io.channels4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.benchmarks.bare.BareNettyServer;
import io.channels4j.netty.NettyServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** Verifies that both servers fulfil the contract that the load generator relies on. */
class ContractTest {

    private static final String SAYING = "{\"type\":\"message\",\"message\":\"hé\"}";
    private static final String SAID = "{\"type\":\"message\",\"message\":\"hé\",\"user\":\"anonymous\"}";

    private static NettyServer ours;
    private static BareNettyServer bare;

    private final HttpClient client = HttpClient.newHttpClient();

    enum Server {
        OURS,
        BARE;

        URI at(String scheme, String target) {
            int port = this == OURS ? ours.localAddress().getPort() : bare.port();
            return URI.create(scheme + "://127.0.0.1:" + port + target);
        }
    }

    @BeforeAll
    static void startServers() {
        ours = ContractServer.start(0, null, null);
        bare = BareNettyServer.start(0, null, null);
    }

    @AfterAll
    static void stopServers() {
        ours.close();
        bare.close();
    }

    @ParameterizedTest
    @EnumSource
    void saysThatItIsHealthy(Server server) throws Exception {
        HttpRequest question =
                HttpRequest.newBuilder(server.at("http", "/healthz")).build();

        assertThat(client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void echoesText(Server server) throws Exception {
        Peer peer = connect(server, "/ws/echo/");

        peer.socket.sendText("hé", true);

        assertThat(peer.next()).isEqualTo("hé");
    }

    @ParameterizedTest
    @EnumSource
    void echoesBytes(Server server) throws Exception {
        Peer peer = connect(server, "/ws/echo/");

        peer.socket.sendBinary(ByteBuffer.wrap(new byte[] {1, -1}), true);

        assertThat(peer.next()).isEqualTo(ByteBuffer.wrap(new byte[] {1, -1}));
    }

    @ParameterizedTest
    @EnumSource
    void tellsEveryMemberOfTheRoom(Server server) throws Exception {
        Peer ada = connect(server, "/ws/chat/lobby/");
        Peer bob = connect(server, "/ws/chat/lobby/");

        ada.socket.sendText(SAYING, true);

        assertThat(ada.next()).satisfies(ContractTest::isWhatWasSaid);
        assertThat(bob.next()).satisfies(ContractTest::isWhatWasSaid);
    }

    @Test
    void broadcastsToEveryMember() throws Exception {
        Peer ada = connect(Server.OURS, "/ws/chat/fast/?fast");
        Peer bob = connect(Server.OURS, "/ws/chat/fast/?fast");

        ada.socket.sendText(SAYING, true);

        assertThat(ada.next()).satisfies(ContractTest::isWhatWasSaid);
        assertThat(bob.next()).satisfies(ContractTest::isWhatWasSaid);
    }

    @ParameterizedTest
    @EnumSource
    void answersCloseWithClose(Server server) throws Exception {
        Peer peer = connect(server, "/ws/echo/");

        peer.socket.sendClose(WebSocket.NORMAL_CLOSURE, "");

        assertThat(peer.next()).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void printsUsage() {
        assertThatIllegalArgumentException()
                .isThrownBy(ContractServer::main)
                .withMessage("arguments: 0 (expected: PORT [REDIS_URL])");
    }

    private static void isWhatWasSaid(Object message) {
        JsonMapper json = JsonMapper.shared();
        assertThat(json.readTree((String) message)).isEqualTo(json.readTree(SAID));
    }

    private Peer connect(Server server, String target) throws Exception {
        Peer peer = new Peer();
        peer.socket = client.newWebSocketBuilder()
                .buildAsync(server.at("ws", target), peer)
                .get(5, TimeUnit.SECONDS);
        return peer;
    }

    /** A client that records received texts, byte buffers and the close code. */
    private static final class Peer implements WebSocket.Listener {

        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        private WebSocket socket;

        Object next() throws InterruptedException {
            return heard.poll(5, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
            heard.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            heard.add(code);
            return null;
        }
    }
}
