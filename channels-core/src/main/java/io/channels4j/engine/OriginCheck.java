package io.channels4j.engine;

import io.channels4j.Scope;

/** Marks the scope of a connection whose {@code Origin} was accepted. The auth stack then does not check it again. */
public final class OriginCheck {

    private static final Scope.Key<Boolean> PASSED = new Scope.Key<>("origin_check");

    private OriginCheck() {}

    /** Returns a copy of the scope with the mark. */
    public static Scope mark(Scope scope) {
        return scope.with(PASSED, true);
    }

    /** Returns true if an outer validator has accepted the connection. */
    public static boolean hasPassed(Scope scope) {
        return scope.get(PASSED).isPresent();
    }
}
