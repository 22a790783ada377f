package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.routing.RoutePattern.Extent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of paths and the application that serves them, for a {@link URLRouter}.
 *
 * <p>Paths are matched percent-decoded and without their leading slash, so patterns have none. A pattern that leads
 * to a {@link URLRouter}, also through its {@link URLRouter#behind behind(..)}, matches the start of a path and the
 * inner router the rest; a {@link #path(String, Application) path} to anything else matches the whole of it. For an
 * application that hides a router inside, such as middleware wrapped by hand, there is {@link #mount(String,
 * Application) mount}.
 *
 * <p>Patterns are compiled here, once; a pattern that is wrong is an {@link IllegalArgumentException} that shows it.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 */
public final class Route {

    private final RoutePattern pattern;
    private final Application application;
    private final Map<String, Object> extras;

    private Route(RoutePattern pattern, Application application, Map<String, Object> extras) {
        this.pattern = pattern;
        this.application = application;
        this.extras = extras;
    }

    /**
     * Returns a route with a pattern in Django's route syntax: text with placeholders such as {@code <room>} or {@code
     * <int:id>}. Converters are those of {@link PathConverter}.
     *
     * @param pattern the pattern, such as {@code "ws/chat/<str:room_name>/"}
     * @param application serves the connections
     * @return the route
     * @throws IllegalArgumentException when the pattern is wrong
     */
    public static Route path(String pattern, Application application) {
        return path(pattern, Map.of(), application);
    }

    /**
     * Returns a route that makes a consumer for each connection; otherwise as {@link #path(String, Application)}.
     *
     * @param pattern the pattern
     * @param consumer makes the consumers, such as {@code ChatConsumer::new}
     * @return the route
     * @throws IllegalArgumentException when the pattern is wrong
     */
    public static Route path(String pattern, Supplier<? extends Consumer> consumer) {
        return path(pattern, Consumer.application(consumer));
    }

    /**
     * Returns a route whose placeholders may use converters of one's own; otherwise as {@link #path(String,
     * Application)}.
     *
     * @param pattern the pattern
     * @param converters the converters by name; one with the name of a built-in converter takes its place in this
     *     pattern
     * @param application serves the connections
     * @return the route
     * @throws IllegalArgumentException when the pattern is wrong
     */
    public static Route path(String pattern, Map<String, PathConverter<?>> converters, Application application) {
        Extent extent = URLRouter.in(application) == null ? Extent.WHOLE : Extent.START;
        return new Route(PathSyntax.read(pattern, converters, extent), application, Map.of());
    }

    /**
     * Returns a route with converters of one's own that makes a consumer for each connection.
     *
     * @param pattern the pattern
     * @param converters the converters, as in {@link #path(String, Map, Application)}
     * @param consumer makes the consumers
     * @return the route
     * @throws IllegalArgumentException when the pattern is wrong
     */
    public static Route path(
            String pattern, Map<String, PathConverter<?>> converters, Supplier<? extends Consumer> consumer) {
        return path(pattern, converters, Consumer.application(consumer));
    }

    /**
     * Returns a route to everything whose path starts with a pattern; URL routers inside the application see the rest
     * of the path. The application decides: what it does not serve is not handed to the routes behind this one.
     *
     * @param pattern the pattern as in {@link #path(String, Application)}; it should end with a slash
     * @param application serves the connections
     * @return the route
     * @throws IllegalArgumentException when the pattern is wrong
     */
    public static Route mount(String pattern, Application application) {
        return new Route(PathSyntax.read(pattern, Map.of(), Extent.START), application, Map.of());
    }

    /**
     * Returns a route with a regular expression, in Java's syntax; named groups may also be written as in Python,
     * {@code (?P<user_id>\d+)}, and their names may hold underscores.
     *
     * <p>The expression is searched for in the path: anchor it with {@code ^}. One that ends with {@code $} has to
     * match the whole path (as in Django), unless it leads to a router. {@code $} is the very end, and {@code \w},
     * {@code \d} and {@code \s} know all scripts, as in Python.
     *
     * <p>Values are strings. With named groups in the expression, groups without a name capture nothing. A named
     * group that took no part in the match is left out, a positional one is the empty string.
     *
     * @param regex the regular expression, such as {@code "^ws/user/(?P<user_id>\\d+)/$"}
     * @param application serves the connections
     * @return the route
     * @throws IllegalArgumentException when the expression is wrong
     */
    public static Route rePath(String regex, Application application) {
        boolean endpoint = URLRouter.in(application) == null;
        return new Route(RoutePattern.ofRegex(regex, endpoint), application, Map.of());
    }

    /**
     * Returns a route with a regular expression that makes a consumer for each connection; otherwise as {@link
     * #rePath(String, Application)}.
     *
     * @param regex the regular expression
     * @param consumer makes the consumers
     * @return the route
     * @throws IllegalArgumentException when the expression is wrong
     */
    public static Route rePath(String regex, Supplier<? extends Consumer> consumer) {
        return rePath(regex, Consumer.application(consumer));
    }

    /**
     * Returns this route with an extra named value for {@link io.channels4j.UrlRoute#kwargs()}. A value that a pattern
     * captures under the same name wins, also one of an outer router.
     *
     * @param name the name
     * @param value the value
     * @return the new route
     */
    public Route with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extras);
        more.put(name, Objects.requireNonNull(value, name));
        return new Route(pattern, application, more);
    }

    /** Returns the pattern as it was written. */
    @Override
    public String toString() {
        return pattern.text();
    }

    Application application() {
        return application;
    }

    /** Returns the trail behind this route, or null when the rest of the path does not match. */
    @Nullable
    Trail follow(Trail trail) {
        RoutePattern.Match match = pattern.match(trail.rest());
        return match == null ? null : trail.then(pattern.text(), extras, match);
    }
}
