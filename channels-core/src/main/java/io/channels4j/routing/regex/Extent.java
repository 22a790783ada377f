package io.channels4j.routing.regex;

/** The part of an input that a regular expression must match. */
public enum Extent {
    /** The match begins at the start of the input and ends at its end. */
    WHOLE,
    /** The match begins at the start of the input. */
    START,
    /** The match may begin and end anywhere. The leftmost match is used. */
    ANYWHERE
}
