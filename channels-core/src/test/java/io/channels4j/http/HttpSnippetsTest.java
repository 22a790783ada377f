package io.channels4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HttpSnippetsTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();

    @Test
    void greetsTheNameInTheQuery() {
        CompletionStage<Void> served = request("/?name=Ada");

        assertThat(connection.sent().get(0))
                .isInstanceOfSatisfying(
                        HttpResponseStart.class,
                        start -> assertThat(start.status()).isEqualTo(200));
        assertThat(body()).isEqualTo("Hello, Ada!");
        assertThat(served.toCompletableFuture()).isCompleted();
    }

    @Test
    void greetsTheWorldWithoutAName() {
        request("/");

        assertThat(body()).isEqualTo("Hello, world!");
    }

    private CompletionStage<Void> request(String target) {
        Scope scope = connection.scope("http", loop).target(target).build();
        CompletionStage<Void> served =
                Consumer.application(HttpSnippets.HelloConsumer::new).handle(scope, connection, connection);
        connection.deliver(new HttpRequest(new byte[0], false));
        loop.runAll();
        return served;
    }

    private String body() {
        return new String(((HttpResponseBody) connection.sent().get(1)).body(), UTF_8);
    }
}
