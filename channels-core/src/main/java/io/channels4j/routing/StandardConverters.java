package io.channels4j.routing;

import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The built-in converters, with Django's names and regular expressions. */
final class StandardConverters {

    static final String DEFAULT = "str";

    static final Map<String, PathConverter<?>> ALL = Map.of(
            DEFAULT,
            PathConverter.of("[^/]+", Function.identity()),
            "int",
            PathConverter.of("[0-9]+", Integer::valueOf),
            "slug",
            PathConverter.of("[-a-zA-Z0-9_]+", Function.identity()),
            "uuid",
            PathConverter.of("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", UUID::fromString),
            "path",
            PathConverter.of(".+", Function.identity()));

    private StandardConverters() {}

    /** A converter with the given regular expression and function. */
    record Parsing<T>(String regex, Function<String, T> parser) implements PathConverter<T> {

        @Override
        public T parse(String text) {
            return parser.apply(text);
        }
    }
}
