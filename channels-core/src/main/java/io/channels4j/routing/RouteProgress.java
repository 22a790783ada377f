package io.channels4j.routing;

import io.channels4j.Scope;
import io.channels4j.UrlRoute;
import io.channels4j.engine.RestOfPath;
import io.channels4j.engine.RoutedScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The progress of nested URL routers in matching a path.
 *
 * @param rest the part of the path that remains to be matched
 * @param args the positional values
 * @param extras the routes' extra values; inner values replace outer ones
 * @param captured the captured named values, stored separately because extra values never replace them
 * @param route the patterns matched so far
 */
record RouteProgress(
        String rest, List<Object> args, Map<String, Object> extras, Map<String, Object> captured, String route)
        implements RestOfPath {

    /** Returns the starting point of a router, or null if the path is outside the root path. */
    static @Nullable RouteProgress of(Scope scope) {
        if (scope.get(KEY).orElse(null) instanceof RouteProgress outer) {
            return outer;
        }
        String path = underRoot(scope.path(), scope.rootPath());
        UrlRoute before = scope.urlRoute();
        return path == null ? null : new RouteProgress(path, before.args(), Map.of(), before.kwargs(), before.route());
    }

    /** Strips the root path and one slash. A second slash is part of the path. */
    private static @Nullable String underRoot(String path, String rootPath) {
        String root = rootPath.endsWith("/") ? rootPath.substring(0, rootPath.length() - 1) : rootPath;
        if (!path.startsWith(root)) {
            return null;
        }
        String rest = path.substring(root.length());
        if (rest.startsWith("/")) {
            return rest.substring(1);
        }
        return root.isEmpty() || rest.isEmpty() ? rest : null;
    }

    RouteProgress then(String pattern, Map<String, Object> more, RoutePattern.Match match) {
        return new RouteProgress(
                match.rest(),
                joined(args, match.args()),
                merged(extras, more),
                merged(captured, match.kwargs()),
                route.isEmpty() ? pattern : route + pattern);
    }

    Scope in(Scope scope) {
        UrlRoute urlRoute = new UrlRoute(args, merged(extras, captured), route);
        Scope routed = scope.with(Scope.URL_ROUTE, urlRoute).with(KEY, this);
        RoutedScope.note(routed);
        return routed;
    }

    private static List<Object> joined(List<Object> outer, List<Object> inner) {
        if (inner.isEmpty()) {
            return outer;
        }
        List<Object> both = new ArrayList<>(outer);
        both.addAll(inner);
        return List.copyOf(both);
    }

    private static Map<String, Object> merged(Map<String, Object> outer, Map<String, Object> inner) {
        if (inner.isEmpty()) {
            return outer;
        }
        if (outer.isEmpty() && inner.size() == 1) {
            return Map.copyOf(inner); // the common case; a compact map, because every connection retains one
        }
        Map<String, Object> both = new LinkedHashMap<>(outer);
        both.putAll(inner);
        return both;
    }
}
