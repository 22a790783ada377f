package io.channels4j.examples.chat;

import io.channels4j.Headers;
import io.channels4j.http.AsyncHttpConsumer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * The nick name that a browser used last, kept in its session: {@code GET} answers it, empty for a browser that is new here, and
 * {@code PUT} replaces it by the body. A foreign page can do neither: it may not read the answer, and browsers ask before they
 * send a foreign {@code PUT}.
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
                scope().session().put(NICK, PlainText.name(typed, Visit.LONGEST_NICK));
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
