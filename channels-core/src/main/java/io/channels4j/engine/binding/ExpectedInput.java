package io.channels4j.engine.binding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names what a client must send for a type, without names of classes. */
final class ExpectedInput {

    /** The maximum number of an enum's constants that are listed. */
    private static final int MAX_CONSTANTS = 20;

    private static final String WHOLE_NUMBER = "a whole number";
    private static final String NUMBER = "a number";
    private static final String TIME = "a time such as \"2030-12-31T23:59:59Z\"";

    /** The types of the JDK, except whole numbers with a range. */
    private static final Map<Class<?>, String> WORDS = Map.ofEntries(
            Map.entry(boolean.class, "true or false"),
            Map.entry(Boolean.class, "true or false"),
            Map.entry(BigInteger.class, WHOLE_NUMBER),
            Map.entry(BigDecimal.class, NUMBER),
            Map.entry(Number.class, NUMBER),
            Map.entry(float.class, NUMBER),
            Map.entry(Float.class, NUMBER),
            Map.entry(double.class, NUMBER),
            Map.entry(Double.class, NUMBER),
            Map.entry(char.class, "one character"),
            Map.entry(Character.class, "one character"),
            Map.entry(String.class, "text"),
            Map.entry(CharSequence.class, "text"),
            Map.entry(byte[].class, "Base64 text"),
            Map.entry(char[].class, "text"),
            Map.entry(UUID.class, "a UUID"),
            Map.entry(URI.class, "a URI"),
            Map.entry(URL.class, "a URL"),
            Map.entry(Duration.class, "a duration such as \"PT30S\""),
            Map.entry(Period.class, "a period such as \"P7D\""),
            Map.entry(Instant.class, TIME),
            Map.entry(OffsetDateTime.class, TIME),
            Map.entry(ZonedDateTime.class, TIME),
            Map.entry(java.util.Date.class, TIME),
            Map.entry(LocalDateTime.class, "a time such as \"2030-12-31T23:59:59\""),
            Map.entry(LocalTime.class, "a time such as \"23:59:59\""),
            Map.entry(LocalDate.class, "a date such as \"2030-12-31\""));

    /** The ranges that the mapper accepts. A byte may also be written without a sign. */
    private static final Map<Class<?>, String> RANGES = Map.of(
            byte.class, range(Byte.MIN_VALUE, 255),
            Byte.class, range(Byte.MIN_VALUE, 255),
            short.class, range(Short.MIN_VALUE, Short.MAX_VALUE),
            Short.class, range(Short.MIN_VALUE, Short.MAX_VALUE),
            int.class, range(Integer.MIN_VALUE, Integer.MAX_VALUE),
            Integer.class, range(Integer.MIN_VALUE, Integer.MAX_VALUE),
            long.class, range(Long.MIN_VALUE, Long.MAX_VALUE),
            Long.class, range(Long.MIN_VALUE, Long.MAX_VALUE));

    private ExpectedInput() {}

    private static String range(long least, long greatest) {
        return " from %d to %d".formatted(least, greatest);
    }

    static String of(Class<?> type, @Nullable JsonNode value, JsonMapper mapper) {
        String range = RANGES.get(type);
        if (range != null) {
            boolean beyond = value != null && value.isIntegralNumber();
            return beyond ? WHOLE_NUMBER + range : WHOLE_NUMBER;
        }
        String word = WORDS.get(type);
        if (word != null) {
            return word;
        }
        if (type.isEnum()) {
            return constants(type, mapper);
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return value != null && value.isArray() ? "valid values" : "a list";
        }
        boolean isObject = Map.class.isAssignableFrom(type) || !type.getName().startsWith("java.");
        return isObject && (value == null || !value.isObject()) ? "an object" : "valid values";
    }

    private static String constants(Class<?> type, JsonMapper mapper) {
        Object[] constants = type.getEnumConstants();
        if (constants.length > MAX_CONSTANTS) {
            return "a known value";
        }
        try {
            return Stream.of(constants)
                    .map(constant -> mapper.valueToTree(constant).toString())
                    .collect(Collectors.joining(", ", "one of ", ""));
        } catch (RuntimeException e) { // an application's serializer failed
            return "a known value";
        }
    }
}
