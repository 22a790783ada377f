package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketSend;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that close codes reach a client that sends 16 MiB more before it reads. */
class CloseCodeTest {

    private static final int MESSAGE_BYTES = 2_000_000;
    private static final int BEYOND_LIMIT = 16 << 20;
    private static final int ATTEMPTS = 3;

    /** The initial window of a stream and of a connection (RFC 9113 §6.9.2). */
    private static final int WINDOW = 65_535;

    @TempDir
    private static Path files;

    private static TestCertificate certificate;
    private static NettyServer plain;
    private static NettyServer tls;

    @BeforeAll
    static void start() {
        certificate = TestCertificate.create(files);
        plain = server().start();
        tls = server().tls(certificate.forServers()).start();
    }

    private static NettyServerBuilder server() {
        return ServersWithoutLifespan.builder(Apps.webSocket((message, sender) -> message.isText()
                        ? sender.send(new WebSocketClose(CloseStatus.POLICY_VIOLATION))
                        : sender.send(WebSocketSend.binary(message.bytes()))))
                .port(0);
    }

    @AfterAll
    static void stop() {
        plain.close();
        tls.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1009, 1002, 1007, 1008})
    @DisplayName("RFC 6455 §7.1.7: a close code reaches a client that keeps sending, even over TLS")
    void reachesAClientThatKeepsSending(int code) throws Exception {
        for (int i = 0; i < ATTEMPTS; i++) {
            assertThat(closeCode(connect(plain), code)).as("attempt %d", i).isEqualTo(code);
            assertThat(closeCode(connectTls(), code))
                    .as("attempt %d over TLS", i)
                    .isEqualTo(code);
        }
    }

    @Test
    @DisplayName("RFC 6455 §7.1.1: a peer that is still sending when the close time-out expires is not reset")
    void discardsInputAfterTheCloseTimeout() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        ServerTimeouts timeouts = ServerTimeouts.defaults().withClock(now::get).withClose(Duration.ofSeconds(1));
        try (NettyServer server = server().timeouts(timeouts).start();
                RawClient client = RawClient.open(server, "/")) {
            client.text("leave").binary(new byte[1000]);
            assertThat(client.frame().closeCode()).isEqualTo(1008);
            now.set(Instant.EPOCH.plusMillis(1500));
            assertThat(client.ended()).isTrue();

            for (int i = 0; i < 50; i++) {
                client.binary(new byte[65_536]); // fails after a reset
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1009, 1002, 1007, 1008})
    @DisplayName("RFC 8441 §5: a close code reaches a client that keeps sending on an HTTP/2 stream")
    void reachesAClientThatKeepsSendingOnAStream(int code) {
        try (Http2Client client = Http2Client.open(plain)) {
            client.connectWebSocket(1, "/").head(1);
            byte[] cause = cause(code);
            client.data(1, cause, false);
            Set<Integer> received = new HashSet<>();
            byte[] answer = sendWhileReading(client, WINDOW - cause.length, received);

            assertThat(answer[0] & 15).isEqualTo(8);
            assertThat((answer[2] & 0xff) << 8 | answer[3] & 0xff).isEqualTo(code);
            assertThat(received).doesNotContain(Http2Client.RST_STREAM, Http2Client.GOAWAY);
        }
    }

    /** Sends messages as far as the windows allow. Returns the data that the server has sent on the stream. */
    private static byte[] sendWhileReading(Http2Client client, int window, Set<Integer> receivedTypes) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] part = RawClient.frameBytes(0x82, new byte[16_000]);
        int streamWindow = window;
        int connectionWindow = window;
        for (int sent = 0; sent < BEYOND_LIMIT; ) {
            if (Math.min(streamWindow, connectionWindow) >= part.length) {
                client.data(1, part, false);
                sent += part.length;
                streamWindow -= part.length;
                connectionWindow -= part.length;
                continue;
            }
            Http2Client.Frame frame = client.read();
            receivedTypes.add(frame.type());
            if (frame.type() == Http2Client.DATA) {
                answer.writeBytes(frame.payload());
            } else if (frame.type() == Http2Client.WINDOW_UPDATE) {
                int more = ByteBuffer.wrap(frame.payload()).getInt();
                streamWindow += frame.stream() == 1 ? more : 0;
                connectionWindow += frame.stream() == 0 ? more : 0;
            }
        }
        return answer.toByteArray();
    }

    private static Socket connect(NettyServer server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
        socket.connect(new InetSocketAddress("localhost", server.localAddress().getPort()));
        return socket;
    }

    private static Socket connectTls() throws Exception {
        SSLSocket secure = (SSLSocket) certificate
                .forClients()
                .getSocketFactory()
                .createSocket(connect(tls), "localhost", tls.localAddress().getPort(), true);
        secure.startHandshake();
        return secure;
    }

    private static byte[] cause(int code) {
        return switch (code) {
            case 1009 -> HexFormat.of().parseHex("82ff00000000001e848000000000"); // the header of a frame with 2 MB
            case 1002 -> RawClient.frameBytes(0x83, new byte[0]);
            case 1007 -> RawClient.frameBytes(0x81, new byte[] {(byte) 0xff});
            default -> RawClient.frameBytes(0x81, "leave".getBytes(StandardCharsets.UTF_8));
        };
    }

    /** Sends the cause of a close code and 16 MiB more, and only then reads the close frame. */
    static int closeCode(Socket client, int code) throws IOException {
        try (client) {
            OutputStream out = client.getOutputStream();
            DataInputStream in = new DataInputStream(client.getInputStream());
            out.write(RawClient.handshakeRequest("/").getBytes(StandardCharsets.ISO_8859_1));
            skipHead(in);
            out.write(cause(code));
            byte[] message = RawClient.frameBytes(0x82, new byte[MESSAGE_BYTES]);
            for (int sent = 0; sent < BEYOND_LIMIT; sent += message.length) {
                out.write(message);
            }
            int opcode = in.readUnsignedByte() & 15;
            int length = in.readUnsignedByte();
            byte[] payload = in.readNBytes(length);
            assertThat(opcode).isEqualTo(8);
            assertThat(in.read()).isEqualTo(-1); // the end of the input, not a reset
            return (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }
    }

    private static void skipHead(DataInputStream in) throws IOException {
        for (int matched = 0; matched < 4; ) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException();
            }
            matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : 0;
        }
    }
}
