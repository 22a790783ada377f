package io.channels4j.routing.regex;

/** Reports a part of a regular expression that cannot be matched in linear time. The message states what is expected instead. */
public final class UnsupportedRegexException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnsupportedRegexException(String expected) {
        super(expected);
    }
}
