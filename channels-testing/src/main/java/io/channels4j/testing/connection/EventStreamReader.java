package io.channels4j.testing.connection;

import io.channels4j.http.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Parses a stream of server-sent events (WHATWG HTML, §9.2.6). Accepts input split at any byte. Not thread-safe. */
public final class EventStreamReader {

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Queue<ServerSentEvent> events = new ArrayDeque<>();
    private boolean afterReturn;

    // The incomplete event
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private @Nullable String id;
    private @Nullable String name;
    private @Nullable Duration retry;

    /** Parses the next part of the stream. */
    public void read(byte[] part) {
        for (byte b : part) {
            if (b == '\n' && afterReturn) {
                afterReturn = false; // the second half of CR LF
            } else if (b == '\n' || b == '\r') {
                afterReturn = b == '\r';
                endLine(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                afterReturn = false;
                line.write(b);
            }
        }
    }

    /** Returns the next complete event, or null if there is none. */
    public @Nullable ServerSentEvent next() {
        return events.poll();
    }

    private void endLine(String text) {
        if (text.isEmpty()) {
            endEvent();
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        take(field, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void take(String field, String value) {
        switch (field) {
            case "data" -> {
                data.append(hasData ? "\n" : "").append(value);
                hasData = true;
            }
            case "id" -> id = value;
            case "event" -> name = value;
            case "retry" -> retry = value.matches("\\d{1,18}") ? Duration.ofMillis(Long.parseLong(value)) : null;
            default -> {
                // a comment, whose field is empty, or an unknown field
            }
        }
    }

    /** Ends the event. An event without data is ignored. */
    private void endEvent() {
        if (hasData) {
            ServerSentEvent event = ServerSentEvent.of(data.toString());
            event = id == null ? event : event.withId(id);
            event = name == null ? event : event.withEvent(name);
            events.add(retry == null ? event : event.withRetry(retry));
        }
        data.setLength(0);
        hasData = false;
        id = null;
        name = null;
        retry = null;
    }
}
