package io.channels4j.auth.jwt;

/** The reason for which a token is rejected. It is logged at debug level. */
final class InvalidTokenException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidTokenException(String reason) {
        super(reason, null, false, false);
    }
}
