package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes one response in the form of one version of HTTP: the head goes out with the first part of the body, which is when it is
 * known how long the body is.
 *
 * <p>Not thread-safe: its owner holds a lock.
 */
public abstract class ResponseWriter {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Stands for a length that the head does not tell. */
    protected static final long UNKNOWN = -1;

    /** The date of the current second, shared by all responses within it. */
    private static volatile Date lastDate = new Date(Long.MIN_VALUE, "");

    private record Date(long second, String text) {}

    private final ServerHeaders signature;
    private final boolean toHead;

    private int status;
    private Headers headers = Headers.empty();
    private boolean headWritten;
    private long remaining = UNKNOWN;
    private boolean complete;

    /**
     * Creates the writer of one response.
     *
     * @param signature what the server adds
     * @param toHead whether the request's method is HEAD
     */
    protected ResponseWriter(ServerHeaders signature, boolean toHead) {
        this.signature = signature;
        this.toHead = toHead;
    }

    /** Returns a body that says the status and nothing else. */
    public static byte[] text(int status) {
        return (HttpResponseStatus.valueOf(status) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a writer for another response in place of this one, of which nothing is out. */
    public abstract ResponseWriter afresh(boolean mayKeepAlive);

    /** Returns what tells a client that waits to send its body to do so (RFC 9110 §15.2.1). */
    public abstract OutboundFrame goOn();

    /** Tells whether the connection may be used again, as the head said. */
    public abstract boolean keepsAlive();

    /** Has the connection closed after this response, if the head is not out yet. */
    public abstract void closeAfterwards();

    /** Returns the bytes of the first part, with the head before it; {@code length} is what the head is to tell. */
    protected abstract OutboundFrame first(long length, byte[] body, boolean more);

    /** Returns the bytes of a later part. */
    protected abstract OutboundFrame next(byte[] body, boolean more);

    /** Notes the status and the headers. */
    public final void start(int responseStatus, Headers responseHeaders) {
        status = responseStatus;
        headers = signature.sign(responseHeaders);
    }

    /** Returns the status, 0 before {@link #start}. */
    public final int status() {
        return status;
    }

    protected final Headers headers() {
        return headers;
    }

    protected final ServerHeaders signature() {
        return signature;
    }

    protected final boolean toHead() {
        return toHead;
    }

    /** Tells whether {@link #start} was called. */
    public final boolean started() {
        return status != 0;
    }

    /** Tells whether bytes of this response are out. */
    public final boolean headWritten() {
        return headWritten;
    }

    /** Tells whether the body has ended. */
    public final boolean complete() {
        return complete;
    }

    /** Returns a whole response of a server that has nothing to add to its status. */
    public final OutboundFrame bare(int bareStatus, Headers bareHeaders) {
        start(bareStatus, bareHeaders.with("content-type", "text/plain; charset=utf-8"));
        return body(text(bareStatus), false);
    }

    /**
     * Returns a part of the body as it is written, with the head before the first one.
     *
     * @throws ChannelsException when the body does not have the announced length; then nothing is written
     */
    public final OutboundFrame body(byte[] body, boolean more) {
        if (!headWritten) {
            remaining = length(body.length, more);
        }
        requireLength(body.length, more);
        OutboundFrame part = headWritten ? next(body, more) : first(remaining, body, more);
        remaining = remaining == UNKNOWN ? UNKNOWN : remaining - body.length;
        headWritten = true;
        complete = !more;
        return part;
    }

    /** Tells that this response has no body, whatever the application sends. */
    protected final boolean bodiless() {
        return toHead || status == 204 || status == 304;
    }

    /** Returns what the content-length of the head is: the application's, or that of a body which is whole already. */
    private long length(int firstLength, boolean more) {
        Long announced = announced();
        if (announced == null && !more && !(toHead && firstLength == 0)) {
            announced = (long) firstLength;
        }
        boolean silent = status == 204 || status == 304 && announced != null && announced == 0;
        return announced == null || silent ? UNKNOWN : announced;
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

    /** Returns the date of a head that has none of the application's. */
    protected final String date() {
        Instant now = signature.date();
        Date date = lastDate;
        if (date.second != now.getEpochSecond()) {
            date = new Date(now.getEpochSecond(), HTTP_DATE.format(now));
            lastDate = date;
        }
        return date.text;
    }
}
