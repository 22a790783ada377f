package io.channels4j.http;

import io.channels4j.Broadcast;
import io.channels4j.Headers;
import io.channels4j.Scope;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The wire format of an event stream (WHATWG HTML, §9.2.5), and the response headers that precede it. */
final class EventStream {

    private static final byte[] DATA = ascii("data: ");

    private EventStream() {}

    /**
     * Returns a comment, which clients ignore. It serves as the heartbeat. It is also the first part of a stream. A
     * server may hold back the headers until the first part of the body.
     */
    static byte[] comment() {
        return ascii(":\n\n");
    }

    /** Returns the event that starts a stream with additional headers. */
    static HttpResponseStart start(Headers more) {
        return new HttpResponseStart(200, headers(more));
    }

    /** Returns the part that opens a stream, or completes the response to a HEAD request. */
    static HttpResponseBody firstPart(Scope scope) {
        return scope.method().equals("HEAD")
                ? new HttpResponseBody(new byte[0], false)
                : new HttpResponseBody(comment(), true);
    }

    /** Returns the part that contains an event. */
    static HttpResponseBody part(ServerSentEvent event) {
        return new HttpResponseBody(encode(event), true);
    }

    /** Returns the part that ends a stream. */
    static HttpResponseBody lastPart() {
        return new HttpResponseBody(new byte[0], false);
    }

    /** Returns the headers of a stream. By default, caches must not store the stream and proxies must not buffer it. */
    static Headers headers(Headers own) {
        Headers.Builder all = Headers.builder().add("content-type", "text/event-stream");
        addUnlessIn(own, all, "cache-control", "no-store");
        addUnlessIn(own, all, "x-accel-buffering", "no");
        own.forEach((name, value) -> {
            if (!name.equals("content-type")) {
                all.add(name, value);
            }
        });
        return all.build();
    }

    private static void addUnlessIn(Headers own, Headers.Builder all, String name, String value) {
        if (!own.contains(name)) {
            all.add(name, value);
        }
    }

    static byte[] encode(ServerSentEvent event) {
        byte[] text = event.data().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 64);
        event.id().ifPresent(id -> field(out, "id: ", id));
        event.event().ifPresent(name -> field(out, "event: ", name));
        event.retry().ifPresent(time -> field(out, "retry: ", Long.toString(time.toMillis())));
        data(out, text);
        return out.toByteArray();
    }

    /** Returns a broadcast as an event. Binary data is encoded in Base64, because an event stream is text. */
    static byte[] encode(Broadcast broadcast) {
        byte[] bytes = broadcast.bytes();
        byte[] text = broadcast.isText() ? bytes : Base64.getEncoder().encode(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + 16);
        data(out, text);
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, String name, String value) {
        out.writeBytes((name + value + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Writes one data field per line of the text, and ends the event. The lines are separated by CR LF, CR or LF. */
    private static void data(ByteArrayOutputStream out, byte[] text) {
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '\n' || text[i] == '\r') {
                line(out, text, start, i);
                i += text[i] == '\r' && i + 1 < text.length && text[i + 1] == '\n' ? 1 : 0;
                start = i + 1;
            }
        }
        line(out, text, start, text.length);
        out.write('\n');
    }

    private static void line(ByteArrayOutputStream out, byte[] text, int from, int to) {
        out.writeBytes(DATA);
        out.write(text, from, to - from);
        out.write('\n');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
