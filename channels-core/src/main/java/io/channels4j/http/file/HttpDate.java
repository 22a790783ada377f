package io.channels4j.http.file;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Dates in headers (RFC 9110 §5.6.7). */
final class HttpDate {

    private static final DateTimeFormatter CURRENT = pattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
    private static final DateTimeFormatter RFC_850 = new DateTimeFormatterBuilder()
            .appendPattern("EEEE, dd-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.of(1970, 1, 1))
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.US);
    private static final List<DateTimeFormatter> ALL = List.of(CURRENT, RFC_850, pattern("EEE MMM ppd HH:mm:ss yyyy"));

    private HttpDate() {}

    private static DateTimeFormatter pattern(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US);
    }

    static String format(Instant time) {
        return CURRENT.format(time.atOffset(ZoneOffset.UTC));
    }

    /** Returns the time, or empty if the text is not a date. */
    static Optional<Instant> parse(String text) {
        for (DateTimeFormatter format : ALL) {
            try {
                return Optional.of(LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC));
            } catch (DateTimeException otherFormat) {
                // the next one
            }
        }
        return Optional.empty();
    }
}
