package io.channels4j.http.multipart;

import io.channels4j.ClientErrorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the parts of a {@code multipart/form-data} body (RFC 7578, RFC 2046 §5.1).
 *
 * <p>Only bodies that every reader understands in the same way are accepted. Text before the first boundary or after the last
 * one, bare line feeds in headers, folded headers, repeated headers and nested parts are rejected.
 *
 * <p>The time is proportional to the size of the body. Confined to its thread.
 */
public final class MultipartReader {

    private static final int MAX_BOUNDARY = 70; // RFC 2046 §5.1.1
    private static final String BOUNDARY_PUNCTUATION = "'()+_,-./:=? ";
    private static final byte[] LINE_BREAK = {'\r', '\n'};
    private static final byte[] EMPTY_LINE = {'\r', '\n', '\r', '\n'};

    private final byte[] body;
    private final byte[] delimiter;
    private final PartLimits limits;
    private final List<Part> parts = new ArrayList<>();
    private int at;

    private MultipartReader(byte[] body, String boundary, PartLimits limits) {
        this.body = body;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        this.limits = limits;
    }

    /**
     * Returns the parts of a body.
     *
     * @param body the whole body
     * @param boundary the boundary of the content type
     * @param limits the limits
     * @throws ClientErrorException with status 400 if the body is invalid, and with 413 if it exceeds a limit
     */
    public static List<Part> read(byte[] body, String boundary, PartLimits limits) {
        if (!isBoundary(boundary)) {
            throw new ClientErrorException(400, "boundary: invalid (expected: 1-70 characters as in RFC 2046 §5.1.1)");
        }
        if (body.length > limits.maxBytes()) {
            throw tooLarge("multipart body", body.length, limits.maxBytes());
        }
        return new MultipartReader(body, boundary, limits).read();
    }

    private static boolean isBoundary(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_BOUNDARY
                && !text.endsWith(" ")
                && text.chars()
                        .allMatch(c ->
                                c < 0x80 && (Character.isLetterOrDigit(c) || BOUNDARY_PUNCTUATION.indexOf(c) >= 0));
    }

    private List<Part> read() {
        if (startsWith(LINE_BREAK, 0)) {
            at = LINE_BREAK.length;
        }
        require(startsWith(Arrays.copyOfRange(delimiter, 2, delimiter.length), at), "no boundary at the start");
        at += delimiter.length - 2;
        while (!isEnd()) {
            readPart();
        }
        return parts;
    }

    /** Returns true after the last boundary. Otherwise moves to the line after the boundary. */
    private boolean isEnd() {
        boolean last = at + 1 < body.length && body[at] == '-' && body[at + 1] == '-';
        at += last ? 2 : 0;
        while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
            at++; // transport padding, RFC 2046 §5.1.1
        }
        if (last) {
            require(
                    at == body.length || startsWith(LINE_BREAK, at) && at + 2 == body.length,
                    "text after the last boundary");
            return true;
        }
        require(startsWith(LINE_BREAK, at), "no line break after a boundary");
        at += LINE_BREAK.length;
        return false;
    }

    private void readPart() {
        if (parts.size() == limits.maxParts()) {
            throw tooLarge("parts of form", parts.size() + 1, limits.maxParts());
        }
        int headersStart = at;
        int headersEnd = headersEnd();
        int from = headersEnd == headersStart ? headersStart + LINE_BREAK.length : headersEnd + EMPTY_LINE.length;
        int to = indexOf(delimiter, from - LINE_BREAK.length, body.length);
        require(to >= 0, "no boundary after a part");
        at = to + delimiter.length;
        to = Math.max(to, from); // an empty part shares its line break with the headers
        if (to - from > limits.maxPartBytes()) {
            throw tooLarge("part of form", to - from, limits.maxPartBytes());
        }
        parts.add(PartHeaders.parse(body, headersStart, headersEnd).part(body, from, to));
    }

    /** Returns the position of the line break after the last header. It is the current position if there are no headers. */
    private int headersEnd() {
        if (startsWith(LINE_BREAK, at)) {
            return at;
        }
        int limit = (int) Math.min(body.length, (long) at + limits.maxHeaderBytes() + EMPTY_LINE.length);
        int end = indexOf(EMPTY_LINE, at, limit);
        if (end < 0 && limit < body.length) {
            throw tooLarge("headers of part", limit - at, limits.maxHeaderBytes());
        }
        require(end >= 0, "no empty line after the headers of a part");
        return end;
    }

    /**
     * Returns the position of a sequence, or -1. A byte of the sequences can occur only at their beginning, or the sequence is
     * short, so each byte of the body is compared a small number of times.
     */
    private int indexOf(byte[] sequence, int from, int limit) {
        for (int i = from; i <= limit - sequence.length; i++) {
            if (body[i] == sequence[0] && startsWith(sequence, i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean startsWith(byte[] sequence, int position) {
        int end = position + sequence.length;
        return end <= body.length && Arrays.equals(body, position, end, sequence, 0, sequence.length);
    }

    private void require(boolean valid, String problem) {
        if (!valid) {
            throw new ClientErrorException(400, "multipart body: %s, near byte %d".formatted(problem, at));
        }
    }

    private static ClientErrorException tooLarge(String what, int size, int limit) {
        return new ClientErrorException(413, "%s: %d (expected: at most %d)".formatted(what, size, limit));
    }
}
