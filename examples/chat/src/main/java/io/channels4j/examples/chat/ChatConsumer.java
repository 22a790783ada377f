package io.channels4j.examples.chat;

import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Handles;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.slf4j.LoggerFactory;

/** The connection of one browser to one room. {@link ToPage} describes the protocol. */
final class ChatConsumer extends AsyncJsonWebsocketConsumer {

    private final MessageStore store;
    private boolean entered;

    ChatConsumer(MessageStore store) {
        this.store = store;
    }

    private Visit visit() {
        return Visit.of(scope());
    }

    @Override
    protected Set<String> groups() {
        // joined before connect(), so messages sent while the history is read are handled after it
        return Set.of(visit().group());
    }

    @Override
    protected CompletionStage<Void> connect() {
        return Blocking.call(() -> store.latest(visit().room(), 50))
                .thenCompose(latest -> accept().thenCompose(accepted -> enter(latest)));
    }

    /**
     * Notifies the other members before it sends the history to this visitor's page. A visitor who enters after the page shows
     * the history therefore does not receive the notice.
     */
    private CompletionStage<Void> enter(List<ChatMessage> latest) {
        entered = true;
        return groupSendOthers(visit().group(), notice("joined"))
                .thenCompose(sent -> sendJson(new ToPage("history", latest)));
    }

    @Override
    protected CompletionStage<Void> disconnect(Disconnect why) {
        return entered ? groupSend(visit().group(), notice("left")) : super.disconnect(why);
    }

    @ReceivesJson("typing")
    CompletionStage<Void> typing() {
        return groupSendOthers(visit().group(), notice("typing"));
    }

    private Message notice(String type) {
        return Message.of("chat.notice", new ToPage(type, new ToPage.Person(visit().nick())));
    }

    @ReceivesJson("message")
    CompletionStage<Void> message(Post post) {
        return Blocking.call(() -> store.add(visit().room(), visit().nick(), post.text()))
                .handle((stored, failure) -> failure == null ? publish(stored) : reportProblem(post, failure))
                .thenCompose(next -> next);
    }

    private CompletionStage<Void> publish(ChatMessage stored) {
        return groupSend(visit().group(), Message.of("chat.said", stored))
                .thenCompose(sent -> groupSend(LobbyConsumer.GROUP, LobbyConsumer.active(visit().room(), stored)));
    }

    private CompletionStage<Void> reportProblem(Post post, Throwable failure) {
        LoggerFactory.getLogger(getClass()).error("room {}: cannot store a message", visit().room(), failure);
        return sendJson(new ToPage("problem", post));
    }

    @Handles("chat.said")
    CompletionStage<Void> said(ChatMessage message) {
        return sendJson(new ToPage("said", message));
    }

    @Handles("chat.notice")
    CompletionStage<Void> noticed(ToPage notice) {
        return sendJson(notice);
    }
}
