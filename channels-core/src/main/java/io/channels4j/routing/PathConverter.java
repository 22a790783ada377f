package io.channels4j.routing;

import java.util.function.Function;

/**
 * Defines which texts a placeholder such as {@code <yyyy:year>} accepts in a path pattern. Converts these texts to
 * values.
 *
 * <table>
 * <caption>The built-in converters; {@code str} is the default</caption>
 * <tr><th>name</th><th>accepts</th><th>value</th></tr>
 * <tr><td>{@code str}</td><td>one or more characters except the slash</td><td>{@link String}</td></tr>
 * <tr><td>{@code int}</td><td>digits {@code 0-9}, up to {@link Integer#MAX_VALUE}</td><td>{@link Integer}</td></tr>
 * <tr><td>{@code slug}</td><td>ASCII letters, digits, hyphen, underscore</td><td>{@link String}</td></tr>
 * <tr><td>{@code uuid}</td><td>a UUID in lower case with hyphens</td><td>{@link java.util.UUID}</td></tr>
 * <tr><td>{@code path}</td><td>one or more characters, including slashes</td><td>{@link String}</td></tr>
 * </table>
 *
 * <p>Custom converters are passed to {@link Route#path(String, java.util.Map, java.util.function.Supplier)}:
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="converter"}
 *
 * <p><b>Threads.</b> Implementations must be thread-safe, because one converter serves all connections. They run on the
 * connection's event loop and must not block.
 *
 * @param <T> the type of the values
 */
public interface PathConverter<T> {

    /**
     * Returns a converter with the given regular expression and parser.
     *
     * @param regex the regular expression for the accepted texts; see {@link #regex()}
     * @param parser a function that converts an accepted text; see {@link #parse}
     * @param <T> the type of the values
     * @return the converter
     */
    static <T> PathConverter<T> of(String regex, Function<String, T> parser) {
        return new StandardConverters.Parsing<>(regex, parser);
    }

    /**
     * Returns the regular expression for the accepted texts. Its syntax is that of {@link Route#rePath(String,
     * java.util.function.Supplier)}, without named groups. This method is called once per placeholder.
     *
     * @return the regular expression
     */
    String regex();

    /**
     * Converts a text that matches the regular expression. If this method throws {@link IllegalArgumentException} or
     * {@link java.time.DateTimeException}, the route does not match. The router then tries the next route. Any other
     * exception has the same effect, and so does a null result. Paths come from clients (guarantee P7). The first such
     * failure per placeholder is logged as a warning.
     *
     * @param text the text, percent-decoded
     * @return the value, not null
     * @throws IllegalArgumentException if the text cannot be converted
     */
    T parse(String text);
}
