package io.channels4j.auth.connection;

import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.engine.LayerControl;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.websocket.CloseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends control messages in the background, so that a slow process does not delay the response. Logs failures.
 *
 * @param scope the scope of the sending connection, for the log
 * @param layer the layer that carries the messages; null if there is none, and nothing is sent
 */
record Announcement(Scope scope, @Nullable ChannelLayer layer) {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");
    private static final CloseStatus LOGGED_OUT = new CloseStatus(4401, "logged out");

    void ofLogout(String session) {
        send(
                new DisconnectMessage(DisconnectMessage.Target.SESSION, session, LOGGED_OUT).toMessage(),
                "other connections of the session may still be open after its logout");
    }

    void ofRotation(String before, String now) {
        send(
                new SessionRotation(before, now).toMessage(),
                "connections that were opened earlier cannot be found by the new id of their session");
    }

    private void send(Message message, String consequence) {
        if (layer == null) {
            return;
        }
        CompletionStage<Void> sent;
        try {
            sent = LayerControl.of(layer).send(DisconnectMessage.TOPIC, message);
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "connection {}: {}: {}",
                        scope.connectionId(),
                        consequence,
                        Stages.unwrap(failure).toString());
            }
        });
    }
}
