/**
 * Regular expressions that are matched in linear time.
 *
 * <p>{@link java.util.regex.Pattern} backtracks: some expressions take quadratic, cubic or exponential time, and some overflow the stack.
 * This package parses the same syntax except for the constructs that require backtracking. It follows all alternatives
 * in parallel.
 */
@NullMarked
package io.channels4j.routing.regex;

import org.jspecify.annotations.NullMarked;
