package io.channels4j.testing.connection;

import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * The last {@value #MAX_LINES} events of one connection, with times. The failure messages of tests contain them.
 * Thread-safe.
 */
public final class ConnectionLog {

    private static final int MAX_LINES = 500;
    private static final int MAX_CHARS = 200;

    private final long start = System.nanoTime();
    private final Deque<String> lines = new ArrayDeque<>();
    private int omitted;

    void toApplication(Event event) {
        add("-> application  " + describe(event));
    }

    void fromApplication(Event event) {
        add("<- application  " + describe(event));
    }

    void note(String what) {
        add("   " + what);
    }

    private synchronized void add(String line) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
            omitted++;
        }
        lines.addLast(String.format(Locale.ROOT, "%12.3f ms  %s", (System.nanoTime() - start) / 1e6, line));
    }

    /** Returns the kept lines under a heading, to be appended to a message. */
    @Override
    public synchronized String toString() {
        StringJoiner text = new StringJoiner("\n", "\nhistory of the connection:\n", "");
        if (lines.isEmpty()) {
            text.add("  nothing happened yet");
        }
        if (omitted > 0) {
            text.add("  (%d earlier lines)".formatted(omitted));
        }
        lines.forEach(text::add);
        return text.toString();
    }

    /** Returns an event's type and a summary of its content. */
    public static String describe(Event event) {
        String content = content(event);
        return content.isEmpty() ? event.type() : event.type() + " " + content;
    }

    private static String content(Event event) {
        if (event instanceof WebSocketReceive message) {
            return message.isText() ? quote(message.bytes()) : bytes(message.bytes());
        }
        if (event instanceof WebSocketSend message) {
            return message.isText() ? quote(message.bytes()) : bytes(message.bytes());
        }
        if (event instanceof WebSocketAccept accept) {
            return accept.chosenSubprotocol().map(it -> "subprotocol " + it).orElse("");
        }
        if (event instanceof WebSocketClose close) {
            return withReason(close.status().code(), close.status().reason());
        }
        if (event instanceof WebSocketDisconnect end) {
            String status = withReason(end.code(), end.reason());
            return end.cause().map(failure -> status + " after " + failure).orElse(status);
        }
        if (event instanceof WebSocketResponseStart start) {
            return head(start.status(), start.headers());
        }
        if (event instanceof HttpResponseStart start) {
            return head(start.status(), start.headers());
        }
        return part(event);
    }

    private static String part(Event event) {
        if (event instanceof HttpRequest part) {
            return body(part.body(), part.more());
        }
        if (event instanceof HttpResponseBody part) {
            return body(part.body(), part.more());
        }
        if (event instanceof WebSocketResponseBody part) {
            return body(part.body(), part.more());
        }
        return "";
    }

    private static String withReason(int code, String reason) {
        return reason.isEmpty() ? Integer.toString(code) : code + " " + reason;
    }

    private static String head(int status, Headers headers) {
        StringJoiner fields = new StringJoiner(", ", status + " {", "}").setEmptyValue(Integer.toString(status));
        headers.forEach((name, value) -> fields.add(name + ": " + value));
        return fields.toString();
    }

    private static String body(byte[] bytes, boolean more) {
        return bytes(bytes) + (more ? ", more follow" : ", last part");
    }

    private static String bytes(byte[] bytes) {
        return bytes.length == 1 ? "1 byte" : bytes.length + " bytes";
    }

    private static String quote(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        return text.length() <= MAX_CHARS
                ? "\"" + text + "\""
                : "\"" + text.substring(0, MAX_CHARS) + "\"... (" + text.length() + " characters)";
    }
}
