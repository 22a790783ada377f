package io.channels4j.engine;

import io.channels4j.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Holds the scope that the last URL router created for a connection. Servers pass this scope to their listeners.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class RoutedScope {

    /** The scope key under which a server stores the holder. */
    public static final Scope.Key<RoutedScope> KEY = new Scope.Key<>("routed_scope");

    private volatile @Nullable Scope routed;

    /** Creates a holder for a connection that has not been routed. */
    public RoutedScope() {}

    /** Stores a router's scope in the connection's holder, if the server has provided one. */
    public static void note(Scope scope) {
        scope.get(KEY).ifPresent(seen -> seen.routed = scope);
    }

    /** Returns the scope from the last router, or the given scope if no router was involved. */
    public Scope or(Scope unrouted) {
        Scope seen = routed;
        return seen == null ? unrouted : seen;
    }
}
