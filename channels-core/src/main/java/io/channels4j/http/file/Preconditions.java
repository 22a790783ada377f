package io.channels4j.http.file;

import io.channels4j.Headers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates the conditions of a request (RFC 9110 §13).
 *
 * @param request the headers of the request
 * @param tag the quoted entity tag of the file
 * @param lastModified the time of the file's last change, if known
 */
record Preconditions(Headers request, String tag, Optional<Instant> lastModified) {

    /** Returns 412 or 304 if that is the response, and otherwise 200 (RFC 9110 §13.2.2). */
    int status() {
        if (request.contains("if-match")) {
            if (!matches(request.all("if-match"), false)) {
                return 412;
            }
        } else if (changedAfter("if-unmodified-since").orElse(false)) {
            return 412;
        }
        if (request.contains("if-none-match")) {
            return matches(request.all("if-none-match"), true) ? 304 : 200;
        }
        return changedAfter("if-modified-since").orElse(true) ? 200 : 304;
    }

    /** Returns false if the client has a part of another version of the file, so a range would not fit (RFC 9110 §13.1.5). */
    boolean allowsRange() {
        return request.first("if-range")
                .map(condition -> condition.startsWith("\"") || condition.startsWith("W/")
                        ? condition.equals(tag)
                        : HttpDate.parse(condition).equals(lastModified) && lastModified.isPresent())
                .orElse(true);
    }

    private Optional<Boolean> changedAfter(String header) {
        return request.first(header)
                .flatMap(HttpDate::parse)
                .flatMap(date -> lastModified.map(modified -> modified.isAfter(date)));
    }

    /** A tag never contains a comma, so lists can be split. */
    private boolean matches(List<String> values, boolean weak) {
        return values.stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(String::strip)
                .map(item -> weak && item.startsWith("W/") ? item.substring(2) : item)
                .anyMatch(item -> item.equals("*") || item.equals(tag));
    }
}
