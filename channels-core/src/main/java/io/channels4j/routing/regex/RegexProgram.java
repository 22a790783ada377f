package io.channels4j.routing.regex;

import io.channels4j.routing.regex.RegexNode.Anchor;
import java.util.List;

/**
 * A compiled regular expression: instructions with up to two operands.
 *
 * <p>Each alternative of a search has registers: the start and end of each group and the start of the current iteration of each loop
 * whose body can be empty. An iteration that matched nothing ends its loop, as in {@link java.util.regex.Pattern}; therefore the state of
 * an alternative is its instruction and the number of enclosing loops whose iteration is not empty so far.
 *
 * @param codes the kinds of the instructions
 * @param first the first operand of each instruction
 * @param second the second operand of each instruction
 * @param loops for each instruction, the registers of the enclosing loops, outermost first
 * @param sets the sets that {@link #ONE} refers to
 * @param registers the number of registers
 * @param depth the maximum number of loops around an instruction
 */
record RegexProgram(
        int[] codes, int[] first, int[] second, int[][] loops, List<CodePointSet> sets, int registers, int depth) {

    /** Consumes a code point of the set {@code first}. */
    static final int ONE = 0;

    /** The end of the expression. */
    static final int MATCH = 1;

    /** Continues at {@code first}. */
    static final int JUMP = 2;

    /** Continues at {@code first} and, with lower priority, at {@code second}. */
    static final int SPLIT = 3;

    /** Stores the position in the register {@code first}. */
    static final int STORE = 4;

    /** Continues at {@code second} if the iteration that began at the register {@code first} is empty. */
    static final int LEAVE_IF_EMPTY = 5;

    /** Continues if the {@link Anchor} with the ordinal {@code first} holds at the position. */
    static final int ASSERT = 6;

    private static final Anchor[] ANCHORS = Anchor.values();

    int length() {
        return codes.length;
    }

    Anchor anchor(int instruction) {
        return ANCHORS[first[instruction]];
    }
}
