package io.channels4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.consumer.Consumer;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.websocket.ConsumerSnippets.ChatConsumer;
import io.channels4j.websocket.ConsumerSnippets.EchoConsumer;
import io.channels4j.websocket.ConsumerSnippets.NotesConsumer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsumerSnippetsTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final ScriptedConnection connection = new ScriptedConnection();

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    @Test
    void echoSendsEachTextBack() {
        serve(connection, EchoConsumer::new, "ada");

        connection.deliver(new WebSocketConnect(), WebSocketReceive.text("hello"), WebSocketReceive.text(""));
        loop.runAll();

        assertThat(texts(connection)).containsExactly("hello", "");
    }

    @Test
    void blockingConsumerAnswersWithWhatItSaved() {
        serve(
                connection,
                () -> new NotesConsumer((author, text) -> author.name().length() + text.length()),
                "ada");

        connection.deliver(new WebSocketConnect(), WebSocketReceive.text("hello"));

        await().untilAsserted(() -> assertThat(texts(connection)).containsExactly("saved as number 8"));
        assertThat(loop.taken()).isZero();
    }

    @Test
    void jsonMessageReachesEveryMemberOfTheGroup() {
        ScriptedConnection other = new ScriptedConnection();
        serve(connection, ChatConsumer::new, "ada");
        serve(other, ChatConsumer::new, "bob");
        connection.deliver(new WebSocketConnect());
        other.deliver(new WebSocketConnect());
        loop.runAll();

        connection.deliver(WebSocketReceive.text("{\"type\": \"say\", \"text\": \"hello\"}"));
        loop.runAll();

        assertThat(texts(connection)).containsExactly("{\"user\":\"ada\",\"text\":\"hello\"}");
        assertThat(texts(other)).containsExactly("{\"user\":\"ada\",\"text\":\"hello\"}");
    }

    @Test
    void jsonConsumerLeavesItsGroupAtTheEnd() {
        CompletionStage<Void> served = serve(connection, ChatConsumer::new, "ada");
        connection.deliver(new WebSocketConnect());
        loop.runAll();
        assertThat(layer.groupSize("chat")).isEqualTo(1);

        connection.deliver(new WebSocketDisconnect(1001, ""));
        loop.runAll();

        assertThat(layer.groupCount()).isZero();
        assertThat(served.toCompletableFuture()).isCompleted();
    }

    @Test
    void forgedLayerMessageOfAClientIsIgnored() {
        serve(connection, ChatConsumer::new, "ada");

        connection.deliver(
                new WebSocketConnect(),
                WebSocketReceive.text("{\"type\": \"chat.said\", \"user\": \"root\", \"text\": \"hi\"}"));
        loop.runAll();

        assertThat(texts(connection)).isEmpty();
    }

    @Test
    void layerMessageCannotForgeAClientMessage() {
        serve(connection, ChatConsumer::new, "ada");
        connection.deliver(new WebSocketConnect());
        loop.runAll();

        layer.groupSend("chat", Message.of("say").with("text", "hi"));
        loop.runAll();

        assertThat(texts(connection)).isEmpty();
        assertThat(connection.sent()).noneMatch(WebSocketClose.class::isInstance); // unhandled(..) ignores it
    }

    private CompletionStage<Void> serve(
            ScriptedConnection peer, Supplier<? extends Consumer> consumer, String userName) {
        User user = User.of(userName, userName);
        Scope scope = peer.scope("websocket", loop)
                .with(ChannelLayers.KEY, ChannelLayers.of(layer))
                .with(Scope.USER, () -> user)
                .build();
        return Consumer.application(consumer).handle(scope, peer, peer);
    }

    private static List<String> texts(ScriptedConnection peer) {
        return peer.sent().stream()
                .filter(WebSocketSend.class::isInstance)
                .map(event -> ((WebSocketSend) event).text())
                .toList();
    }
}
