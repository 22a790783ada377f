package io.channels4j.netty.http1;

import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.http.ResponseWriter;
import io.channels4j.netty.outbound.EncodedBytes;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Writes one HTTP/1.1 response (RFC 9112). */
final class Http1Response extends ResponseWriter {

    private static final byte[] NOTHING = {};
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final EncodedBytes CONTINUE =
            EncodedBytes.of("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    private final boolean http10;
    private boolean keepsAlive;
    private boolean chunked;

    Http1Response(ServerHeaders signature, boolean toHead, boolean http10, boolean keepsAlive) {
        super(signature, toHead);
        this.http10 = http10;
        this.keepsAlive = keepsAlive;
    }

    @Override
    protected ResponseWriter restart(boolean mayKeepAlive) {
        return new Http1Response(signature(), toHead(), http10, keepsAlive && mayKeepAlive);
    }

    @Override
    protected EncodedBytes continueResponse() {
        return CONTINUE;
    }

    @Override
    protected boolean keepsAlive() {
        return keepsAlive;
    }

    @Override
    protected void closeAfterwards() {
        keepsAlive &= headWritten();
    }

    @Override
    protected EncodedBytes first(long length, byte[] body, boolean more) {
        return part(head(length), body, more);
    }

    @Override
    protected EncodedBytes next(byte[] body, boolean more) {
        return part(NOTHING, body, more);
    }

    private EncodedBytes part(byte[] head, byte[] body, boolean more) {
        if (bodiless()) {
            return EncodedBytes.of(head);
        }
        return chunked ? chunk(head, body, more) : new EncodedBytes(head, body, NOTHING);
    }

    private static EncodedBytes chunk(byte[] head, byte[] body, boolean more) {
        byte[] tail = more ? NOTHING : LAST_CHUNK;
        return body.length == 0
                ? new EncodedBytes(head, NOTHING, tail)
                : new EncodedBytes(
                        join(head, (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII)),
                        body,
                        join(CRLF, tail));
    }

    private byte[] head(long length) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ")
                .append(status())
                .append(' ')
                .append(HttpResponseStatus.valueOf(status()).reasonPhrase())
                .append("\r\n");
        Headers headers = headers();
        headers.forEach((name, value) -> field(head, name, value));
        length(head, length);
        if (!headers.contains("date")) {
            head.append("date: ").append(date()).append("\r\n");
        }
        connection(head);
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void connection(StringBuilder head) {
        String option = keepsAlive ? "" : "close";
        if (keepsAlive && http10) {
            option = "keep-alive";
        }
        if (namesProtocols()) {
            head.append(option.isEmpty() ? "connection: upgrade\r\n" : "connection: upgrade, " + option + "\r\n");
        } else if (!option.isEmpty()) {
            head.append("connection: ").append(option).append("\r\n");
        }
    }

    /** Returns true if the response lists the protocols to which the client must upgrade (RFC 9110 §15.5.22). */
    private boolean namesProtocols() {
        return status() == 426 && headers().contains("upgrade");
    }

    /**
     * Adds a header, except those that control the connection or the framing, which the server sets itself (RFC 9110 §7.6.1).
     * {@code connection: close} ends the connection after this response.
     */
    private void field(StringBuilder head, String name, String value) {
        switch (name) {
            case "connection" -> keepsAlive &= !value.equalsIgnoreCase("close");
            case "upgrade" -> head.append(namesProtocols() ? "upgrade: " + value + "\r\n" : "");
            case "transfer-encoding", "keep-alive", "content-length" -> {
                // omitted
            }
            default -> head.append(name).append(": ").append(value).append("\r\n");
        }
    }

    private void length(StringBuilder head, long length) {
        if (length != UNKNOWN) {
            head.append("content-length: ").append(length).append("\r\n");
        } else if (!bodiless()) {
            chunked = !http10;
            keepsAlive &= chunked;
            head.append(chunked ? "transfer-encoding: chunked\r\n" : "");
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = new byte[first.length + second.length];
        System.arraycopy(first, 0, joined, 0, first.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
