package io.channels4j.engine;

import io.channels4j.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The scope of a connection as its last URL router made it, for a server that reports its connections to a listener.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class RoutedScope {

    /** The key under which a server puts it into a scope. */
    public static final Scope.Key<RoutedScope> KEY = new Scope.Key<>("routed_scope");

    private volatile @Nullable Scope routed;

    /** Creates one for a connection that no router has seen. */
    public RoutedScope() {}

    /** Records the scope that a router made, if the server asked for it. */
    public static void note(Scope scope) {
        scope.get(KEY).ifPresent(seen -> seen.routed = scope);
    }

    /** Returns the scope of the last router, or the given one if there was none. */
    public Scope or(Scope unrouted) {
        Scope seen = routed;
        return seen == null ? unrouted : seen;
    }
}
