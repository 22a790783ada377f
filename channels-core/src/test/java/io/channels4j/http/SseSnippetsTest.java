package io.channels4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.http.SseSnippets.Story;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import org.junit.jupiter.api.Test;

class SseSnippetsTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    @Test
    void sendsNewsAsJsonWithTheNumberAsId() {
        Scope scope = connection
                .scope("http", loop)
                .with(ChannelLayers.KEY, ChannelLayers.of(layer))
                .build();
        Consumer.application(SseSnippets.NewsConsumer::new).handle(scope, connection, connection);
        connection.deliver(new HttpRequest(new byte[0], false));
        loop.runAll();

        layer.groupSend("news", Message.of("news.story", new Story(7, "Rain")));
        loop.runAll();

        HttpResponseBody last =
                (HttpResponseBody) connection.sent().get(connection.sent().size() - 1);
        assertThat(new String(last.body(), UTF_8)).isEqualTo("id: 7\ndata: {\"number\":7,\"headline\":\"Rain\"}\n\n");
        connection.closeTransport();
        connection.deliver(new HttpDisconnect());
        loop.runAll();
    }
}
