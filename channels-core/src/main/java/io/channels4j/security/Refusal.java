package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.refusal.PlainAnswer;
import java.util.concurrent.CompletionStage;

/**
 * Answers every connection with one status and a line of text: an HTTP request with a response, a WebSocket by refusing its
 * handshake. Middleware calls it in place of the application inside.
 *
 * <p>On a server without the extension {@code websocket.http.response} a WebSocket is refused with status 403, whatever the
 * status here. A scope of another protocol fails with {@link ChannelsException}.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 */
public final class Refusal implements Application {

    private final int status;
    private final Application answer;

    private Refusal(int status, Application answer) {
        this.status = status;
        this.answer = answer;
    }

    /**
     * Returns a refusal.
     *
     * @param status the status, 400-599
     * @param text the body
     * @return the refusal
     */
    public static Refusal of(int status, String text) {
        return of(status, text, Headers.empty());
    }

    /**
     * Returns a refusal with more headers.
     *
     * @param status the status, 400-599
     * @param text the body
     * @param more headers beside those of the body
     * @return the refusal
     */
    public static Refusal of(int status, String text, Headers more) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status of a refusal: %d (expected: 400-599)".formatted(status));
        }
        return new Refusal(status, new PlainAnswer(status, text, more));
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        return answer.handle(scope, receiver, sender);
    }

    @Override
    public String toString() {
        return "Refusal[" + status + "]";
    }
}
