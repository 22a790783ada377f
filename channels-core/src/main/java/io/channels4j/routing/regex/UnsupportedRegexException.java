package io.channels4j.routing.regex;

/** Reports a part of a regular expression that cannot be matched in linear time. The message states what is expected instead. */
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
