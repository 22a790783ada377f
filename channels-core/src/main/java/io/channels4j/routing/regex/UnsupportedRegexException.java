package io.channels4j.routing.regex;

/** Thrown when a regular expression contains a construct that cannot be matched in linear time. The message states the expected syntax. */
public final class UnsupportedRegexException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String expected;

    UnsupportedRegexException(String expected) {
        super(expected);
        this.expected = expected;
    }

    /** Returns a description of the expected syntax. */
    public String expected() {
        return expected;
    }
}
