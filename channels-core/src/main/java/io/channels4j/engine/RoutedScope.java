package io.channels4j.engine;

import io.channels4j.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection went: its scope as the last URL router has made it, for a server that tells others about its connections.
 *
 * <p>Thread-safe.
 */
public final class RoutedScope {

    /** Where a server puts it that wants to know. */
    public static final Scope.Key<RoutedScope> KEY = new Scope.Key<>("routed_scope");

    private volatile @Nullable Scope routed;

    /** Creates it for a connection that no router has seen. */
    public RoutedScope() {}

    /** Notes what a router made of the scope, if the server wants to know. */
    public static void note(Scope scope) {
        scope.get(KEY).ifPresent(seen -> seen.routed = scope);
    }

    /** Returns the scope of the last router, or another one when there was none. */
    public Scope or(Scope unrouted) {
        Scope seen = routed;
        return seen == null ? unrouted : seen;
    }
}
