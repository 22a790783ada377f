package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A server with one HTTP/2 client per test, and the cases of a conformance test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Http2ConformanceFixture {

    static final int FLOW_CONTROL_ERROR = 3;
    static final int FRAME_SIZE_ERROR = 6;
    static final int PADDED = 8;
    static final int WITH_PRIORITY = 0x20;
    static final int MAX_WINDOW = Integer.MAX_VALUE;

    private NettyServer server;

    Http2Client client;

    /** The frames that a client sends, and the error code that it receives. */
    record Case(String name, int error, Consumer<Http2Client> frames) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** Starts a server that never responds to "/held", and responds to any other request once its body has arrived. */
    @BeforeAll
    void start() {
        server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    if (http.scope().path().equals("/held")) {
                        http.scope().closed().toCompletableFuture().join();
                    } else {
                        http.body();
                        http.respond(200, Headers.empty(), "whole");
                    }
                }))
                .port(0)
                .start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        client = Http2Client.open(server);
        client.await(SETTINGS);
    }

    @AfterEach
    void close() {
        client.close();
    }

    static byte[] head(String path) {
        return Http2Client.block(Http2Client.request("GET", path));
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    /** Sends a request and reads its response, so that both sides have closed the stream. */
    static Http2Client served(Http2Client client, int stream) {
        assertThat(client.get(stream, "/").response(stream).status()).isEqualTo(200);
        return client;
    }

    static Http2Client reset(Http2Client client, int stream) {
        return client.post(stream, "/held").reset(stream, Http2Client.CANCEL);
    }

    static Case with(String name, int error, Consumer<Http2Client> frames) {
        return new Case(name, error, frames);
    }
}
