package io.channels4j.consumer;

import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The examples from the Javadoc of sequences. {@code SequencesTest} in channels-testing tests sequences. */
final class SequenceSnippets {

    private SequenceSnippets() {}

    /** The storage for messages in the example. */
    interface Store {

        CompletionStage<List<String>> last(int messages);
    }

    // @start region="inOrder"
    static final class RoomConsumer extends AsyncJsonWebsocketConsumer {

        private final Store store; // for example, a database

        RoomConsumer(Store store) {
            this.store = store;
        }

        @Override
        protected CompletionStage<Void> connect() {
            return inOrder(() -> groupAdd("lobby"), this::accept, this::sendHistory);
        }

        private CompletionStage<Void> sendHistory() {
            return store.last(50).thenCompose(this::sendAllJson);
        }
    }
    // @end
}
