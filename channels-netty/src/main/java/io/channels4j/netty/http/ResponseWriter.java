package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.netty.connection.Raw;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response as HTTP/1.1 (RFC 9112): the head goes out with the first part of the body, which is when it is known how
 * long the body is.
 *
 * <p>Not thread-safe: its owner holds a lock.
 */
public final class ResponseWriter {

    private static final byte[] NOTHING = {};
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final long UNKNOWN = -1;

    /** The date of the current second, shared by all responses within it. */
    private static volatile Date lastDate = new Date(Long.MIN_VALUE, "");

    private record Date(long second, String text) {}

    private final InstantSource clock;
    private final boolean toHead;
    private final boolean http10;
    private boolean keepsAlive;

    private int status;
    private Headers headers = Headers.empty();
    private boolean headWritten;
    private boolean chunked;
    private long remaining = UNKNOWN;
    private boolean complete;

    /**
     * Creates the writer of one response.
     *
     * @param clock tells the date
     * @param toHead whether the request's method is HEAD
     * @param http10 whether the request is of HTTP/1.0
     * @param keepsAlive whether the connection may be used again
     */
    public ResponseWriter(InstantSource clock, boolean toHead, boolean http10, boolean keepsAlive) {
        this.clock = clock;
        this.toHead = toHead;
        this.http10 = http10;
        this.keepsAlive = keepsAlive;
    }

    /** Returns a whole response of a server that has nothing to add to its status. */
    public static Raw bare(InstantSource clock, int status, Headers headers, boolean toHead) {
        ResponseWriter writer = new ResponseWriter(clock, toHead, false, false);
        writer.start(status, headers.with("content-type", "text/plain; charset=utf-8"));
        return writer.body(text(status), false);
    }

    /** Returns a body that says the status and nothing else. */
    public static byte[] text(int status) {
        return (HttpResponseStatus.valueOf(status) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a writer for another response in place of this one, of which nothing is out. */
    ResponseWriter afresh(boolean mayKeepAlive) {
        return new ResponseWriter(clock, toHead, http10, keepsAlive && mayKeepAlive);
    }

    /** Notes the status and the headers. */
    public void start(int responseStatus, Headers responseHeaders) {
        status = responseStatus;
        headers = responseHeaders;
    }

    /** Returns the status, 0 before {@link #start}. */
    public int status() {
        return status;
    }

    /** Tells whether {@link #start} was called. */
    public boolean started() {
        return status != 0;
    }

    /** Tells whether bytes of this response are out. */
    public boolean headWritten() {
        return headWritten;
    }

    /** Tells whether the body has ended. */
    public boolean complete() {
        return complete;
    }

    /** Tells whether the connection may be used again, as the head said. */
    public boolean keepsAlive() {
        return keepsAlive;
    }

    /** Has the connection closed after this response, if the head is not out yet. */
    public void closeAfterwards() {
        keepsAlive &= headWritten;
    }

    /**
     * Returns the bytes of a part of the body, with the head before the first one.
     *
     * @throws ChannelsException when the body does not have the announced length; then nothing is written
     */
    public Raw body(byte[] body, boolean more) {
        byte[] head = NOTHING;
        if (!headWritten) {
            head = head(body.length, more);
        }
        requireLength(body.length, more);
        headWritten = true;
        complete = !more;
        if (bodiless()) {
            return Raw.of(head);
        }
        if (!chunked) {
            remaining = remaining == UNKNOWN ? UNKNOWN : remaining - body.length;
            return new Raw(head, body, NOTHING);
        }
        return chunk(head, body, more);
    }

    private static Raw chunk(byte[] head, byte[] body, boolean more) {
        byte[] tail = more ? NOTHING : LAST_CHUNK;
        return body.length == 0
                ? new Raw(head, NOTHING, tail)
                : new Raw(
                        join(head, (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII)),
                        body,
                        join(CRLF, tail));
    }

    private void requireLength(int length, boolean more) {
        if (remaining == UNKNOWN || bodiless()) {
            return;
        }
        if (length > remaining || !more && length < remaining) {
            throw new ChannelsException("send http.response.body: %d bytes%s (expected: %d as content-length says)"
                    .formatted(length, more ? "" : " at the end", remaining));
        }
    }

    private boolean bodiless() {
        return toHead || status == 204 || status == 304;
    }

    // ---- the head ----

    private byte[] head(int firstLength, boolean more) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(HttpResponseStatus.valueOf(status).reasonPhrase())
                .append("\r\n");
        headers.forEach((name, value) -> field(head, name, value));
        length(head, firstLength, more);
        if (!headers.contains("date")) {
            head.append("date: ").append(date()).append("\r\n");
        }
        if (!keepsAlive) {
            head.append("connection: close\r\n");
        } else if (http10) {
            head.append("connection: keep-alive\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What concerns this connection only is the server's to say (RFC 9110 §7.6.1). */
    private void field(StringBuilder head, String name, String value) {
        switch (name) {
            case "connection" -> keepsAlive &= !value.equalsIgnoreCase("close");
            case "transfer-encoding", "keep-alive", "upgrade", "content-length" -> {
                // left out
            }
            default -> head.append(name).append(": ").append(value).append("\r\n");
        }
    }

    private void length(StringBuilder head, int firstLength, boolean more) {
        Long announced = announced();
        if (announced == null && !more && !(toHead && firstLength == 0)) {
            announced = (long) firstLength;
        }
        if (status == 204) {
            return;
        }
        if (announced != null) {
            if (status != 304 || announced != 0) {
                head.append("content-length: ").append((long) announced).append("\r\n");
            }
            remaining = announced;
        } else if (!bodiless()) {
            chunked = !http10;
            keepsAlive &= chunked;
            head.append(chunked ? "transfer-encoding: chunked\r\n" : "");
        }
    }

    private @Nullable Long announced() {
        String length = headers.first("content-length").orElse(null);
        if (length == null) {
            return null;
        }
        try {
            long bytes = Long.parseLong(length);
            if (bytes >= 0) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new ChannelsException("response header content-length: \"%s\" (expected: a number)".formatted(length));
    }

    private String date() {
        Instant now = clock.instant();
        Date date = lastDate;
        if (date.second != now.getEpochSecond()) {
            date = new Date(now.getEpochSecond(), HTTP_DATE.format(now));
            lastDate = date;
        }
        return date.text;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = new byte[first.length + second.length];
        System.arraycopy(first, 0, joined, 0, first.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
