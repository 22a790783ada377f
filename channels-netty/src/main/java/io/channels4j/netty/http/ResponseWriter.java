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
 * Writes one response for one version of HTTP. The head is held back until the first part of the body is sent, because only then
 * is the length of a complete body known.
 *
 * <p>Not thread-safe.
 */
public abstract class ResponseWriter {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** The value for a length that is not announced. */
    protected static final long UNKNOWN = -1;

    /** The date of the current second, shared by all responses in that second. */
    private static volatile Date lastDate = new Date(Long.MIN_VALUE, "");

    private record Date(long second, String text) {}

    private final ServerHeaders signature;
    private final boolean toHead;

    private String date = "";
    private int status;
    private Headers headers = Headers.empty();
    private boolean headWritten;
    private long remaining = UNKNOWN;

    /**
     * Creates the writer for one response.
     *
     * @param signature the headers that the server adds
     * @param toHead whether the request's method is HEAD
     */
    protected ResponseWriter(ServerHeaders signature, boolean toHead) {
        this.signature = signature;
        this.toHead = toHead;
    }

    /** Returns a body that consists of the status code and its reason phrase. */
    private static byte[] text(int status) {
        return (HttpResponseStatus.valueOf(status) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a writer for a different response to the same request. No part of this response may have been written. */
    protected abstract ResponseWriter restart(boolean mayKeepAlive);

    /** Returns the interim response 100 Continue (RFC 9110 §15.2.1). */
    protected abstract OutboundFrame continueResponse();

    /** Returns true if the connection may serve another request after this response. */
    protected abstract boolean keepsAlive();

    /** Announces in the head that the connection will be closed, unless the head was already written. */
    protected abstract void closeAfterwards();

    /** Returns the head and the first part of the body. {@code length} is the content-length to announce, or {@link #UNKNOWN}. */
    protected abstract OutboundFrame first(long length, byte[] body, boolean more);

    /** Returns a later part of the body. */
    protected abstract OutboundFrame next(byte[] body, boolean more);

    /** Sets the status and the headers. */
    public final void start(int responseStatus, Headers responseHeaders, String responseDate) {
        date = responseDate;
        status = responseStatus;
        headers = signature.addTo(responseHeaders);
    }

    /** Returns the status, or 0 before {@link #start}. */
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

    /** Returns true once {@link #start} has been called. */
    public final boolean started() {
        return status != 0;
    }

    /** Returns true once the head has been written. */
    public final boolean headWritten() {
        return headWritten;
    }

    /** Returns a complete response from the server itself. Its body consists of the status code and the reason phrase. */
    public final OutboundFrame bare(int bareStatus, Headers bareHeaders, String bareDate) {
        start(bareStatus, bareHeaders.with("content-type", "text/plain; charset=utf-8"), bareDate);
        return body(text(bareStatus), false);
    }

    /**
     * Returns a part of the body, preceded by the head if it is the first part.
     *
     * @throws ChannelsException if the body does not have the announced length. Nothing is then written.
     */
    public final OutboundFrame body(byte[] body, boolean more) {
        if (!headWritten) {
            remaining = length(body.length, more);
        }
        requireLength(body.length, more);
        OutboundFrame part = headWritten ? next(body, more) : first(remaining, body, more);
        remaining = remaining == UNKNOWN ? UNKNOWN : remaining - body.length;
        headWritten = true;
        return part;
    }

    /** Returns true if the response has no body, even if the application sends one. */
    protected final boolean bodiless() {
        return toHead || status == 204 || status == 205 || status == 304;
    }

    /**
     * Returns the content-length to announce, or {@link #UNKNOWN}. It is the value that the application set or the
     * length of a complete body. For status 205, it is 0 (RFC 9110 §15.3.6).
     */
    private long length(int firstLength, boolean more) {
        if (status == 205) {
            return 0;
        }
        Long announced = announced();
        if (announced == null && !more && !(toHead && firstLength == 0)) {
            announced = (long) firstLength;
        }
        boolean omitted = status == 204 || status == 304 && announced != null && announced == 0;
        return announced == null || omitted ? UNKNOWN : announced;
    }

    private void requireLength(int length, boolean more) {
        if (remaining == UNKNOWN || bodiless()) {
            return;
        }
        if (length > remaining || !more && length < remaining) {
            throw new ChannelsException("send http.response.body: %d bytes%s (expected: %d by content-length)"
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
            // reported below
        }
        throw new ChannelsException("response header content-length: \"%s\" (expected: a number)".formatted(length));
    }

    /** Returns the date for a head in which the application did not set one. */
    protected final String date() {
        return date;
    }

    /** Returns the current date. The caller must not hold a lock, because the application may implement the clock. */
    public static String date(ServerHeaders signature) {
        Instant now = signature.date();
        Date current = lastDate;
        if (current.second != now.getEpochSecond()) {
            current = new Date(now.getEpochSecond(), HTTP_DATE.format(now));
            lastDate = current;
        }
        return current.text;
    }
}
