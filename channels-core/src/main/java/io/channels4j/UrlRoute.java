package io.channels4j;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The positional and named values that URL routers captured from a path, converted by the routes' converters.
 *
 * <p>Immutable. Corresponds to {@code scope["url_route"]} in Django Channels.
 *
 * @param args the values of the positional groups, beginning with those of the outermost router
 * @param kwargs the values of the named groups and the extra arguments of the routes, by name
 * @param route the pattern of the route as written, prefixed with the patterns of outer routers. It is suitable for logs and
 *     metrics, because the number of patterns is bounded.
 */
public record UrlRoute(List<Object> args, Map<String, Object> kwargs, String route) {

    private static final UrlRoute EMPTY = new UrlRoute(List.of(), Map.of(), "");

    /** Copies the collections. */
    public UrlRoute {
        args = List.copyOf(args);
        kwargs = kwargs.size() < 2 ? Map.copyOf(kwargs) : Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    }

    /**
     * Returns the route of a connection that has not passed through a router.
     *
     * @return the empty route
     */
    public static UrlRoute empty() {
        return EMPTY;
    }

    /**
     * Returns a named value as text.
     *
     * @param name the group's name
     * @return the value as a string
     * @throws IllegalArgumentException if the route has no such name
     */
    public String get(String name) {
        return require(name).toString();
    }

    /**
     * Returns a named value as a whole number.
     *
     * @param name the group's name
     * @return the value
     * @throws IllegalArgumentException if the route has no such name or its value is not a whole number
     */
    public int getInt(String name) {
        Object value = require(name);
        if (value instanceof Integer number) {
            return number;
        }
        try {
            return Integer.parseInt(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "url route value %s: \"%s\" (expected: a whole number of 32 bits)".formatted(name, value), e);
        }
    }

    /**
     * Returns a named value with the type of its converter.
     *
     * @param name the group's name
     * @param type the type, such as {@code UUID.class} for {@code <uuid:id>}
     * @param <T> the type
     * @return the value
     * @throws IllegalArgumentException if the route has no such name or its value has another type
     */
    public <T> T get(String name, Class<T> type) {
        Object value = require(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("url route value %s: a %s (expected: a %s)"
                    .formatted(name, value.getClass().getName(), type.getName()));
        }
        return type.cast(value);
    }

    private Object require(String name) {
        Object value = kwargs.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "url route value: \"%s\" (expected: one of %s)".formatted(name, kwargs.keySet()));
        }
        return value;
    }
}
