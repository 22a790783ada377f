package io.channels4j.security;

import io.channels4j.Scope;

/**
 * Marks the scope of a request whose origin has been accepted. Inner middleware then does not check the origin again.
 */
final class CsrfCheck {

    private static final Scope.Key<Boolean> PASSED = new Scope.Key<>("csrf_check");

    private CsrfCheck() {}

    static Scope mark(Scope scope) {
        return scope.with(PASSED, true);
    }

    static boolean hasPassed(Scope scope) {
        return scope.get(PASSED).isPresent();
    }
}
