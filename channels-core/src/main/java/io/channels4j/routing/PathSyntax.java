package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.routing.RoutePattern.Capture;
import io.channels4j.routing.regex.Extent;
import io.channels4j.routing.regex.LinearRegex;
import io.channels4j.routing.regex.UnsupportedRegexException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses Django's route syntax: literal text with placeholders, {@code <name>} or {@code <converter:name>}. */
final class PathSyntax {

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s", RegexSyntax.FLAGS);

    /** The placeholder notation of URI templates and Spring: {@code {room}}, {@code {room:[a-z]+}}, {@code {*room}}. */
    private static final Pattern TEMPLATE_VARIABLE =
            Pattern.compile("\\{\\*?(" + RegexSyntax.NAME + ")(?::[^}]*)?}", RegexSyntax.FLAGS);

    private final String source;
    private final Map<String, PathConverter<?>> converters;
    private final StringBuilder regex = new StringBuilder();
    private final List<Capture> captures = new ArrayList<>();
    private int groups;

    private PathSyntax(String source, Map<String, PathConverter<?>> converters) {
        this.source = requireNonNull(source, "pattern");
        this.converters = converters;
    }

    static RoutePattern read(String source, Map<String, PathConverter<?>> converters, Extent extent) {
        return new PathSyntax(source, Map.copyOf(converters)).read(extent);
    }

    private RoutePattern read(Extent extent) {
        rejectOtherSyntaxes();
        int at = 0;
        for (int open = source.indexOf('<'); open >= 0; open = source.indexOf('<', at)) {
            literal(at, open);
            int close = source.indexOf('>', open);
            if (close < 0) {
                throw invalid("a > for each <");
            }
            placeholder(source.substring(open + 1, close));
            at = close + 1;
        }
        literal(at, source.length());
        int open = source.indexOf('<');
        return new RoutePattern(
                source, open < 0 ? source : source.substring(0, open), compile(), extent, List.copyOf(captures));
    }

    private LinearRegex compile() {
        try {
            return LinearRegex.of(Pattern.compile(regex.toString(), RegexSyntax.FLAGS));
        } catch (UnsupportedRegexException e) {
            throw invalid(e.expected());
        }
    }

    /** Rejects the notations of other frameworks, which would never match. */
    private void rejectOtherSyntaxes() {
        if (source.startsWith("/")) {
            throw invalid("no leading slash; paths are matched without it");
        }
        if (source.startsWith("^") || source.endsWith("$") || source.contains("(?")) {
            throw invalid("text and placeholders such as <int:id>; regular expressions go to rePath");
        }
        Matcher variable = TEMPLATE_VARIABLE.matcher(source);
        if (variable.find()) {
            throw invalid("<str:%s> instead of %s".formatted(variable.group(1), variable.group()));
        }
    }

    private void literal(int from, int to) {
        String text = source.substring(from, to);
        if (text.indexOf('>') >= 0) {
            throw invalid("a < for each >");
        }
        regex.append(Pattern.quote(text));
    }

    private void placeholder(String inside) {
        if (WHITE_SPACE.matcher(inside).find()) {
            throw invalid("no white space in <" + inside + ">");
        }
        int colon = inside.indexOf(':');
        String name = inside.substring(colon + 1);
        if (!RegexSyntax.NAME.matcher(name).matches()) {
            throw invalid("a name of letters, digits and underscores in <" + inside + ">");
        }
        if (captures.stream().anyMatch(capture -> name.equals(capture.name()))) {
            throw invalid("unique names, but \"%s\" occurs twice".formatted(name));
        }
        capture(name, colon < 0 ? StandardConverters.DEFAULT : inside.substring(0, colon));
    }

    private void capture(String name, String converterName) {
        PathConverter<?> converter = converters.get(converterName);
        if (converter == null) {
            converter = StandardConverters.ALL.get(converterName);
        }
        if (converter == null) {
            throw invalid("converter %s to be one of %s".formatted(converterName, known()));
        }
        RegexSyntax.Regex accepted = RegexSyntax.read(converter.regex());
        if (accepted.hasNames()) {
            throw invalid("no named groups in the regular expression of converter " + converterName);
        }
        captures.add(new Capture(groups + 1, name, converter));
        groups += 1 + accepted.names().size();
        regex.append('(').append(accepted.java()).append(')');
    }

    private Set<String> known() {
        Set<String> names = new TreeSet<>(StandardConverters.ALL.keySet());
        names.addAll(converters.keySet());
        return names;
    }

    private IllegalArgumentException invalid(String expected) {
        return new IllegalArgumentException("route: \"%s\" (expected: %s)".formatted(source, expected));
    }
}
