package io.channels4j.netty;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ServerLimits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A server that responds with the method, the path and the body of a request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HttpRequestFixture {

    NettyServer server;

    @BeforeAll
    void start() {
        server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    Scope scope = http.scope();
                    String body = http.body();
                    http.respond(200, Headers.empty(), scope.method() + " " + scope.path() + " " + body);
                }))
                .port(0)
                .limits(ServerLimits.defaults().withMaxBodyBytes(1000).withMaxHeaderBytes(2000))
                .start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    RawClient.Response answer(String request) {
        try (RawClient client = new RawClient(server.localAddress())) {
            return client.send(request).response("GET");
        }
    }
}
