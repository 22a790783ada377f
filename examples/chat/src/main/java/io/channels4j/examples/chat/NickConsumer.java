package io.channels4j.examples.chat;

import io.channels4j.Headers;
import io.channels4j.http.AsyncHttpConsumer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * The last nickname used in this browser, stored in its session. {@code GET} returns it, or nothing for a new browser.
 * {@code PUT} replaces it with the body. Pages from other origins can do neither. They cannot read the response, and a
 * cross-origin {@code PUT} requires a preflight.
 */
final class NickConsumer extends AsyncHttpConsumer {

    private static final String NICK = "nick";
    private static final Headers PLAIN =
            Headers.of("content-type", "text/plain; charset=utf-8", "cache-control", "no-store");

    @Override
    protected int maxBodyBytes() {
        return 1024;
    }

    @Override
    protected CompletionStage<Void> handle(byte[] body) {
        return switch (scope().method()) {
            case "GET", "HEAD" -> answer();
            case "PUT" -> {
                String typed = new String(body, StandardCharsets.UTF_8);
                scope().session().put(NICK, PlainText.name(typed, Visit.MAX_NICK_LENGTH));
                yield answer();
            }
            default -> sendResponse(405, PLAIN.with("allow", "GET, HEAD, PUT"), new byte[0]);
        };
    }

    private CompletionStage<Void> answer() {
        String nick = scope().session().get(NICK).orElse("");
        return sendResponse(200, PLAIN, nick.getBytes(StandardCharsets.UTF_8));
    }
}
