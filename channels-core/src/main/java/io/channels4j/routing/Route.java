package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.routing.regex.Extent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A path pattern and its target for a {@link URLRouter}.
 *
 * <p>{@code path} and {@code rePath} create a consumer per connection. {@code mount} and {@code reMount} route to an
 * application, such as a nested router or an application behind middleware.
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="paths"}
 *
 * <p>Paths are percent-decoded and matched without their leading slash, so patterns must not start with a slash.
 * Patterns are compiled when the route is created. An invalid pattern throws {@link IllegalArgumentException}.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class Route {

    private final RoutePattern pattern;
    private final Application application;
    private final Map<String, Object> extras;

    private Route(RoutePattern pattern, Application application, Map<String, Object> extras) {
        this.pattern = pattern;
        this.application = requireNonNull(application, "application");
        this.extras = extras;
    }

    /**
     * Returns a route to a consumer. The pattern uses Django's route syntax, which is text with placeholders such as
     * {@code <room>} or {@code <int:id>}; see {@link PathConverter}. It must match the whole path.
     *
     * @param pattern the pattern, such as {@code "ws/chat/<str:room_name>/"}
     * @param consumer a supplier that creates the consumer for a connection, such as {@code ChatConsumer::new}
     * @return the route
     * @throws IllegalArgumentException if the pattern is invalid
     */
    public static Route path(String pattern, Supplier<? extends Consumer> consumer) {
        return path(pattern, Map.of(), consumer);
    }

    /**
     * Returns a route to a consumer of the given class. The handlers of the class are validated immediately, not when
     * the first connection is opened. Otherwise like {@link #path(String, Supplier)}.
     *
     * @param pattern the pattern
     * @param type the consumer's class
     * @param consumer a supplier that creates the consumer for a connection
     * @param <C> the consumer's class
     * @return the route
     * @throws IllegalArgumentException if the pattern is invalid
     * @throws io.channels4j.ChannelsException if an annotated handler of the class cannot be bound
     */
    public static <C extends Consumer> Route path(String pattern, Class<C> type, Supplier<? extends C> consumer) {
        return of(PathSyntax.read(pattern, Map.of(), Extent.WHOLE), CheckedConsumer.of(type, consumer));
    }

    /**
     * Returns a route to a consumer, with custom converters. Otherwise like {@link #path(String, Supplier)}.
     *
     * @param pattern the pattern
     * @param converters the converters by name. They take precedence over the built-in ones.
     * @param consumer a supplier that creates the consumer for a connection
     * @return the route
     * @throws IllegalArgumentException if the pattern is invalid
     */
    public static Route path(
            String pattern, Map<String, PathConverter<?>> converters, Supplier<? extends Consumer> consumer) {
        return of(PathSyntax.read(pattern, converters, Extent.WHOLE), Consumer.application(consumer));
    }

    /**
     * Returns a route to an application for all paths that start with a pattern. Use {@link #exact()} for a single path.
     *
     * <p>A {@link URLRouter}, including one wrapped by {@link URLRouter#behind behind(..)}, matches the rest of the path. If it has no
     * match, the outer router tries its next route. Any other application handles every connection that the pattern
     * matches. The outer router then tries no other route.
     *
     * @param pattern the pattern, as in {@link #path(String, Supplier)}; normally it ends with a slash
     * @param application the application that serves the connections
     * @return the route
     * @throws IllegalArgumentException if the pattern is invalid
     */
    public static Route mount(String pattern, Application application) {
        return mount(pattern, Map.of(), application);
    }

    /**
     * Returns a route to an application, with custom converters. Otherwise like {@link #mount(String, Application)}.
     *
     * @param pattern the pattern
     * @param converters the converters by name. They take precedence over the built-in ones.
     * @param application the application that serves the connections
     * @return the route
     * @throws IllegalArgumentException if the pattern is invalid
     */
    public static Route mount(String pattern, Map<String, PathConverter<?>> converters, Application application) {
        return of(PathSyntax.read(pattern, converters, Extent.START), application);
    }

    /**
     * Returns a route to a consumer, with a regular expression in Java's syntax. Named groups may also be written as in
     * Python, {@code (?P<user_id>\d+)}, and their names may contain underscores.
     *
     * <p>The expression may match anywhere in the path unless you anchor it with {@code ^}. An expression that ends with {@code $} must
     * match the whole path, as in Django. {@code $} matches only at the very end of the path. {@code \w}, {@code \d}
     * and {@code \s} cover all scripts, as in Python.
     *
     * <p>For every expression, the matching time is proportional to the length of the path. Therefore, back references,
     * lookaround, atomic groups and possessive quantifiers are rejected. Inline flags other than {@code i} and {@code
     * s} are also rejected. So are expressions that need more than 2,000 states, for example because of large
     * repetition counts.
     *
     * <p>Captured values are strings. If the expression has named groups, its unnamed groups are ignored. A named group
     * that did not participate in the match is omitted. A positional group then yields the empty string.
     *
     * @param regex the regular expression, such as {@code "^ws/user/(?P<user_id>\\d+)/$"}
     * @param consumer a supplier that creates the consumer for a connection
     * @return the route
     * @throws IllegalArgumentException if the expression is invalid
     */
    public static Route rePath(String regex, Supplier<? extends Consumer> consumer) {
        return of(RoutePattern.ofRegex(regex, true), Consumer.application(consumer));
    }

    /**
     * Returns a route to a consumer of the given class, whose handlers are validated immediately. Otherwise like {@link #rePath(String,
     * Supplier)}.
     *
     * @param regex the regular expression
     * @param type the consumer's class
     * @param consumer a supplier that creates the consumer for a connection
     * @param <C> the consumer's class
     * @return the route
     * @throws IllegalArgumentException if the expression is invalid
     * @throws io.channels4j.ChannelsException if an annotated handler of the class cannot be bound
     */
    public static <C extends Consumer> Route rePath(String regex, Class<C> type, Supplier<? extends C> consumer) {
        return of(RoutePattern.ofRegex(regex, true), CheckedConsumer.of(type, consumer));
    }

    /**
     * Returns a route to an application, with a regular expression as in {@link #rePath(String, Supplier)}. A {@link URLRouter} matches the
     * rest of the path, as in {@link #mount(String, Application)}.
     *
     * @param regex the regular expression, such as {@code "^tenant/(?P<tenant>\\w+)/"}
     * @param application the application that serves the connections
     * @return the route
     * @throws IllegalArgumentException if the expression is invalid
     */
    public static Route reMount(String regex, Application application) {
        return of(RoutePattern.ofRegex(regex, URLRouter.in(application) == null), application);
    }

    private static Route of(RoutePattern pattern, Application application) {
        return new Route(pattern, application, Map.of());
    }

    /**
     * Returns a copy of this route that matches only if the pattern matches the complete path, such as
     * {@code mount("healthz", health.liveness()).exact()}.
     *
     * @return the new route
     */
    public Route exact() {
        return new Route(pattern.with(Extent.WHOLE), application, extras);
    }

    /**
     * Returns a copy of this route with an extra named value for {@link io.channels4j.UrlRoute#kwargs()}. Captured values of the
     * same name take precedence, including values captured by outer routers.
     *
     * @param name the name
     * @param value the value
     * @return the new route
     */
    public Route with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extras);
        more.put(name, requireNonNull(value, name));
        return new Route(pattern, application, more);
    }

    /** Returns the pattern as written. */
    @Override
    public String toString() {
        return pattern.text();
    }

    Application application() {
        return application;
    }

    /** Returns the progress after this route, or null if the rest of the path does not match. */
    @Nullable
    RouteProgress follow(RouteProgress progress) {
        RoutePattern.Match match = pattern.match(progress.rest());
        return match == null ? null : progress.then(pattern.text(), extras, match);
    }
}
