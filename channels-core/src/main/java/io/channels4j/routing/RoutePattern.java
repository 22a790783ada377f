package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.ChannelsException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The compiled pattern of a route.
 *
 * @param text the pattern as written
 * @param prefix the literal prefix of every matching path; a cheap test before the regular expression
 * @param regex the regular expression
 * @param extent how much of a path the pattern must match
 * @param captures the values to extract from a matching path
 */
record RoutePattern(String text, String prefix, Pattern regex, Extent extent, List<Capture> captures) {

    private static final PathConverter<String> TEXT = PathConverter.of("", Function.identity());

    /** How much of a path a regular expression must match. */
    enum Extent {
        WHOLE,
        START,
        ANYWHERE
    }

    /** A captured group; a group without a name is positional. */
    record Capture(int group, @Nullable String name, PathConverter<?> converter) {}

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
        return new RoutePattern(text, "", regex.java(), extent, List.copyOf(captures));
    }

    RoutePattern with(Extent other) {
        return new RoutePattern(text, prefix, regex, other, captures);
    }

    @Nullable
    Match match(String path) {
        if (!path.startsWith(prefix)) {
            return null;
        }
        Matcher matcher = regex.matcher(path);
        boolean found = switch (extent) {
            case WHOLE -> matcher.matches();
            case START -> matcher.lookingAt();
            case ANYWHERE -> matcher.find();
        };
        return found ? values(matcher, path) : null;
    }

    private @Nullable Match values(Matcher matcher, String path) {
        List<Object> args = new ArrayList<>();
        Map<String, Object> kwargs = new LinkedHashMap<>();
        try {
            for (Capture capture : captures) {
                String value = matcher.group(capture.group());
                if (capture.name() == null) {
                    args.add(value == null ? "" : value); // preserves the positions of the other groups
                } else if (value != null) {
                    kwargs.put(capture.name(), convert(capture, value));
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            return null;
        }
        return new Match(rest(path, matcher.end()), args, kwargs);
    }

    private Object convert(Capture capture, String value) {
        Object converted = capture.converter().parse(value);
        if (converted == null) { // user code may be compiled without null checks
            throw new ChannelsException("route %s: the converter of <%s> returned null for \"%s\" (expected: a value)"
                    .formatted(text, capture.name(), value));
        }
        return converted;
    }

    /** Removes the slash between the match and the rest, unless the match includes it. */
    private static String rest(String path, int end) {
        boolean slashIsLeft = end > 0 && end < path.length() && path.charAt(end - 1) != '/' && path.charAt(end) == '/';
        return path.substring(slashIsLeft ? end + 1 : end);
    }
}
