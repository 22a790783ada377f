package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.routing.regex.Extent;
import io.channels4j.routing.regex.LinearRegex;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The compiled pattern of a route.
 *
 * @param text the pattern as written
 * @param prefix the literal prefix of every matching path, checked first because the check is cheap
 * @param regex the regular expression
 * @param extent the part of a path that the pattern must match
 * @param captures the values to extract from a matching path
 */
record RoutePattern(String text, String prefix, LinearRegex regex, Extent extent, List<Capture> captures) {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.routing");
    private static final PathConverter<String> TEXT = PathConverter.of("", Function.identity());

    /**
     * A captured group. A group without a name is positional.
     *
     * @param warned whether a failure of the converter has been logged as a warning
     */
    record Capture(int group, @Nullable String name, PathConverter<?> converter, AtomicBoolean warned) {

        Capture(int group, @Nullable String name, PathConverter<?> converter) {
            this(group, name, converter, new AtomicBoolean());
        }
    }

    /** The values captured from a path, and the rest of the path after the match. */
    record Match(String rest, List<Object> args, Map<String, Object> kwargs) {}

    /** Compiles a regular expression with the semantics of Django's {@code re_path}. */
    static RoutePattern ofRegex(String text, boolean endpoint) {
        if (requireNonNull(text, "regex").startsWith("^/")) {
            throw new IllegalArgumentException(
                    "route: \"%s\" (expected: no slash behind ^; paths are matched without their leading slash)"
                            .formatted(text));
        }
        RegexSyntax.Regex regex = RegexSyntax.read(text);
        boolean named = regex.hasNames();
        List<Capture> captures = new ArrayList<>();
        for (int i = 0; i < regex.names().size(); i++) {
            String name = regex.names().get(i);
            if (!named || !name.isEmpty()) {
                captures.add(new Capture(i + 1, named ? name : null, TEXT));
            }
        }
        Extent extent = endpoint && regex.endsAtEnd() ? Extent.WHOLE : Extent.ANYWHERE;
        return new RoutePattern(text, "", regex.linear(), extent, List.copyOf(captures));
    }

    RoutePattern with(Extent other) {
        return new RoutePattern(text, prefix, regex, other, captures);
    }

    @Nullable
    Match match(String path) {
        if (!path.startsWith(prefix)) {
            return null;
        }
        int[] groups = regex.match(path, extent);
        return groups == null ? null : values(groups, path);
    }

    private @Nullable Match values(int[] groups, String path) {
        List<Object> args = new ArrayList<>();
        Map<String, Object> kwargs = new LinkedHashMap<>();
        for (Capture capture : captures) {
            int start = groups[2 * capture.group()];
            String value = start < 0 ? null : path.substring(start, groups[2 * capture.group() + 1]);
            if (capture.name() == null) {
                args.add(value == null ? "" : value); // preserves the positions of the other groups
            } else if (value != null) {
                Object converted = convert(capture, value);
                if (converted == null) {
                    return null;
                }
                kwargs.put(capture.name(), converted);
            }
        }
        return new Match(rest(path, groups[1]), args, kwargs);
    }

    /**
     * Returns the converted value, or null if the text cannot be converted. The path comes from the client, so it must not cause an error
     * (guarantee P7).
     */
    private @Nullable Object convert(Capture capture, String value) {
        try {
            Object converted = capture.converter().parse(value);
            if (converted == null) { // user code may be compiled without null checks
                log(capture, "returned null (expected: a value)", null);
            }
            return converted;
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        } catch (RuntimeException e) {
            log(capture, "failed (expected: IllegalArgumentException for a text without a value)", e);
            return null;
        }
    }

    private void log(Capture capture, String what, @Nullable RuntimeException failure) {
        boolean first = capture.warned().compareAndSet(false, true);
        LOG.atLevel(first ? Level.WARN : Level.DEBUG)
                .setCause(failure)
                .log(
                        "route {}: the converter of <{}> {}; the route does not match{}",
                        text,
                        capture.name(),
                        what,
                        first ? "; further failures are logged at debug level" : "");
    }

    /** Returns the rest of the path after the match, without the slash between them. */
    private static String rest(String path, int end) {
        boolean slashIsLeft = end > 0 && end < path.length() && path.charAt(end - 1) != '/' && path.charAt(end) == '/';
        return path.substring(slashIsLeft ? end + 1 : end);
    }
}
