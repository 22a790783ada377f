package io.channels4j.auth;

import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.User;
import io.channels4j.websocket.WebSocketAccept;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Reads the token that follows a marker in the list of offered subprotocols. Ensures that a subprotocol is selected.
 */
final class SubprotocolAuthenticator implements Authenticator {

    private final String marker;
    private final TokenVerifier tokens;

    SubprotocolAuthenticator(String marker, TokenVerifier tokens) {
        if (marker.isEmpty()) {
            throw new IllegalArgumentException("subprotocol marker: \"\" (expected: a name such as \"bearer\")");
        }
        this.marker = marker;
        this.tokens = tokens;
    }

    @Override
    public CompletionStage<Optional<User>> authenticate(Scope scope) {
        return Tokens.verify(scope, tokens, token(scope));
    }

    private Optional<String> token(Scope scope) {
        List<String> offered = scope.subprotocols();
        int at = offered.indexOf(marker);
        return at >= 0 && at + 1 < offered.size() ? Optional.of(offered.get(at + 1)) : Optional.empty();
    }

    /** Returns a sender that selects the marker if the application selects the token or no subprotocol. */
    Sender selectingMarker(Scope scope, Sender sender) {
        if (!scope.subprotocols().contains(marker)) {
            return sender;
        }
        Optional<String> token = token(scope);
        return event -> sender.send(event instanceof WebSocketAccept accept ? select(accept, token) : event);
    }

    private Event select(WebSocketAccept accept, Optional<String> token) {
        boolean selected = accept.chosenSubprotocol().isPresent()
                && !accept.chosenSubprotocol().equals(token);
        return selected ? accept : new WebSocketAccept(marker, accept.headers());
    }
}
