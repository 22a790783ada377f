package io.channels4j.docs;

import io.channels4j.auth.Connections;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.concurrent.CompletionStage;

/** The code in docs/sessions.md. */
final class SessionExample {

    private SessionExample() {}

    // @start region="cart"
    public static final class CartConsumer extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String article) {
            scope().session().put("last_article", article);
            return scope().session().save(); // writes this value only
        }
    }
    // @end

    // @start region="revoke"
    static CompletionStage<Void> signOutEverywhere(ChannelLayer layer, String userId) {
        return Connections.disconnectUser(layer, userId); // after revoking the user's sessions and tokens
    }
    // @end
}
