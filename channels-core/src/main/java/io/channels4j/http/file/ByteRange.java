package io.channels4j.http.file;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of bytes (RFC 9110 §14).
 *
 * @param from the first byte
 * @param to the byte after the last one. A range without bytes cannot be satisfied.
 */
record ByteRange(long from, long to) {

    private static final Pattern SINGLE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /**
     * Returns the range that a request selects. It is empty if the whole content is to be sent, because the request selects no range,
     * several ranges, or an invalid one.
     *
     * @param values the values of {@code Range}
     * @param length the length of the content
     */
    static Optional<ByteRange> parse(List<String> values, long length) {
        Matcher range = SINGLE.matcher(values.size() == 1 ? values.get(0) : "");
        if (!range.matches()) {
            return Optional.empty();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(suffix(Long.parseLong(last), length));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? length : Long.parseLong(last) + 1;
        return to <= from && !last.isEmpty() ? Optional.empty() : Optional.of(of(from, Math.min(to, length)));
    }

    private static ByteRange suffix(long bytes, long length) {
        return of(Math.max(0, length - bytes), length);
    }

    private static ByteRange of(long from, long to) {
        return new ByteRange(from, Math.max(from, to));
    }

    boolean isSatisfiable() {
        return to > from;
    }

    long length() {
        return to - from;
    }
}
