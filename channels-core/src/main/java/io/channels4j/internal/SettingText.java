package io.channels4j.internal;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of settings. All methods throw {@link IllegalArgumentException} or {@link ArithmeticException} for other text. */
final class SettingText {

    static final String NUMBER = "a whole number";
    static final String LIMIT = "a whole number or \"unlimited\"";
    static final String BYTES = "a whole number of bytes, such as 65536, 64KiB or 1MiB, or \"unlimited\"";
    static final String DURATION = "a duration such as 500ms, 10s, 5m, 2h, PT10S or \"never\"";
    static final String NUMBERS = "name=number, separated by commas, such as chat_*=200, admin=50";
    static final String FLAG = "true or false";

    private static final String UNLIMITED = "unlimited";
    private static final int MAX_QUOTED = 60;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s?(B|KiB|MiB|GiB)?");
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,12})\\s?(ms|s|m|h|d)");

    private SettingText() {}

    static int number(String text) {
        return Integer.parseInt(text);
    }

    static int limit(String text) {
        return text.equals(UNLIMITED) ? Integer.MAX_VALUE : Integer.parseInt(text);
    }

    /** Parses a size. {@code unlimited} is {@link Integer#MAX_VALUE}, so that it fits into all size settings. */
    static long bytes(String text) {
        if (text.equals(UNLIMITED)) {
            return Integer.MAX_VALUE;
        }
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException(text);
        }
        long unit = size.group(2) == null
                ? 1
                : switch (size.group(2)) {
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    default -> 1;
                };
        return Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    }

    static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (text.equals("never")) {
            return ChronoUnit.FOREVER.getDuration();
        }
        Matcher duration = SHORT_DURATION.matcher(text);
        if (duration.matches()) {
            long number = Long.parseLong(duration.group(1));
            return switch (duration.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    static String constant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> E choice(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text));
    }

    static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    static Map<String, Integer> numbers(String text) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        for (String part : list(text)) {
            int equals = part.lastIndexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(text);
            }
            numbers.put(
                    part.substring(0, equals).strip(),
                    number(part.substring(equals + 1).strip()));
        }
        return numbers;
    }

    /** Shortens a value and escapes its control characters, for messages. */
    static String shortened(String text) {
        String visible = text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text;
        StringBuilder escaped = new StringBuilder();
        visible.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }
}
