package io.channels4j.websocket;

import io.channels4j.Message;
import io.channels4j.User;
import io.channels4j.consumer.Handles;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The examples from the Javadoc of the WebSocket consumers. {@link ConsumerSnippetsTest} runs them. */
final class ConsumerSnippets {

    private ConsumerSnippets() {}

    // @start region="echo"
    static final class EchoConsumer extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }
    }
    // @end

    /** The storage for notes in the example. */
    interface Notes {

        long save(User author, String text);
    }

    // @start region="blocking"
    static final class NotesConsumer extends WebsocketConsumer {

        private final Notes notes; // for example, a database

        NotesConsumer(Notes notes) {
            this.notes = notes;
        }

        @Override
        protected void receive(String text) {
            long number = notes.save(scope().user(), text); // may block
            send("saved as number " + number);
        }
    }
    // @end

    // @start region="json"
    static final class ChatConsumer extends AsyncJsonWebsocketConsumer {

        record Say(String text) {}

        record Said(String user, String text) {}

        @Override
        protected Set<String> groups() {
            return Set.of("chat");
        }

        @ReceivesJson("say") // {"type": "say", "text": "hello"}
        CompletionStage<Void> say(Say say) {
            Said said = new Said(scope().user().name(), say.text());
            return groupSend("chat", Message.of("chat.said", said));
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Said said) {
            return sendJson(said);
        }
    }
    // @end

    static class Edits extends AsyncJsonWebsocketConsumer {

        record Failed(InvalidJson.Kind error, String detail) {}

        // @start region="invalid"
        @Override
        protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
            return sendJson(new Failed(invalid.kind(), invalid.detail()));
        }
        // @end
    }
}
