package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ServerLimits;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A server that responds with the method, the path and the body of a request. Each test has one HTTP/2 client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Http2RequestFixture {

    private final BlockingQueue<Scope> scopes = new LinkedBlockingQueue<>();
    private NettyServer server;

    Http2Client client;

    @BeforeAll
    void start() {
        Application describe = Apps.script(http -> {
            Scope scope = http.scope();
            String body = http.body();
            http.respond(200, Headers.empty(), scope.method() + " " + scope.path() + " " + body);
        });
        server = ServersWithoutLifespan.builder((scope, receiver, sender) -> {
                    scopes.add(scope); // added before the client receives anything
                    return describe.handle(scope, receiver, sender);
                })
                .port(0)
                .limits(ServerLimits.defaults()
                        .withMaxBodyBytes(1000)
                        .withMaxUrlBytes(1000)
                        .withMaxHeaderBytes(2000))
                .start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        scopes.clear();
        client = Http2Client.open(server);
    }

    @AfterEach
    void close() {
        client.close();
    }

    /** Asserts that a malformed request resets its stream and leaves the connection open (RFC 9113 §8.1.1). */
    void assertMalformed(String... fields) {
        client.headers(1, END_STREAM, fields);

        Http2Client.Frame reset = client.next(1);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
        assertThat(scopes).hasSize(1);
    }

    Scope scope() throws InterruptedException {
        return scopes.poll(10, TimeUnit.SECONDS);
    }
}
