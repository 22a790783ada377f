package io.channels4j.engine;

import io.channels4j.Scope;

/** The part of a connection's path that no URL router has matched. Immutable. */
public interface RestOfPath {

    /** The scope key under which URL routers store it. */
    Scope.Key<RestOfPath> KEY = new Scope.Key<>("route_progress");

    /** Returns the part, without the slash at its beginning. */
    String rest();

    /** Returns the part for a connection. Without a router, it is the path under the root path. */
    static String of(Scope scope) {
        return scope.get(KEY).map(RestOfPath::rest).orElseGet(() -> {
            String path = scope.path();
            String root = scope.rootPath();
            String rest = path.startsWith(root) ? path.substring(root.length()) : path;
            return rest.startsWith("/") ? rest.substring(1) : rest;
        });
    }
}
