package io.channels4j.routing;

import java.util.function.Function;

/**
 * Says which texts a placeholder such as {@code <yyyy:year>} of a path pattern accepts, and what they become.
 *
 * <p>The built-in ones are {@code str} (one or more characters but the slash; used when none is named), {@code int}
 * (digits {@code 0-9}, an {@link Integer}; larger numbers do not match), {@code slug} (ASCII letters, digits, hyphen,
 * underscore), {@code uuid} (lower case with hyphens, a {@link java.util.UUID}) and {@code path} (one or more
 * characters, slashes too). Others are handed to {@link Route#path(String, java.util.Map,
 * io.channels4j.Application)}:
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="converter"}
 *
 * <p><b>Threads.</b> One converter serves all connections and must be thread-safe. It runs where the connection lives
 * and must not block.
 *
 * @param <T> what the text becomes
 */
public interface PathConverter<T> {

    /**
     * Returns a converter out of its two parts.
     *
     * @param regex as {@link #regex()}
     * @param parser as {@link #parse}
     * @param <T> what the text becomes
     * @return the converter
     */
    static <T> PathConverter<T> of(String regex, Function<String, T> parser) {
        return new StandardConverters.Parsing<>(regex, parser);
    }

    /**
     * Returns the regular expression of the texts to accept, in the syntax of {@link Route#rePath(String,
     * io.channels4j.Application)} without named groups and back references. It is asked for once per placeholder.
     *
     * @return the regular expression
     */
    String regex();

    /**
     * Converts a text that the regular expression accepts.
     *
     * @param text the text, percent-decoded
     * @return the value
     * @throws IllegalArgumentException when the text is no value after all: the route does not match, and the next
     *     one is
     *     tried; so does a {@link java.time.DateTimeException}
     */
    T parse(String text);
}
