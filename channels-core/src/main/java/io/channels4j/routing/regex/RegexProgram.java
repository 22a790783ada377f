package io.channels4j.routing.regex;

import java.util.List;

/**
 * A compiled regular expression: instructions with up to two operands.
 *
 * <p>Each alternative of a search has registers. They store the start and end of each group, and where the current
 * iteration of each loop whose body can be empty started. As in {@link java.util.regex.Pattern}, an iteration that
 * matches the empty text ends its loop. Therefore, the state of an alternative is its instruction and the number of
 * enclosing loops whose current iteration has consumed input.
 *
 * <p>Immutable.
 */
final class RegexProgram {

    /** Consumes a code point from the set with the number {@code first}. */
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

    /** Continues if the position is the start of the input. */
    static final int AT_START = 6;

    /** Continues if the position is the end of the input. */
    static final int AT_END = 7;

    /** Continues if the position is a word boundary. */
    static final int AT_BOUNDARY = 8;

    /** Continues unless the position is a word boundary. */
    static final int NOT_AT_BOUNDARY = 9;

    private final Instruction[] instructions;
    private final CodePointSet[] sets;
    private final int registers;
    private final int depth;

    /** One instruction. Its operands are assigned while the program is compiled. */
    static final class Instruction {
        final int code;
        int first;
        int second;

        /** The registers of the enclosing loops, outermost first. */
        private final int[] loops;

        Instruction(int code, int first, int second, int[] loops) {
            this.code = code;
            this.first = first;
            this.second = second;
            this.loops = loops;
        }

        /** Returns the number of enclosing loops whose current iteration has consumed input before the given position. */
        int consumingLoops(int[] values, int position) {
            int number = 0;
            while (number < loops.length && values[loops[number]] < position) {
                number++;
            }
            return number;
        }
    }

    /**
     * Creates a program.
     *
     * @param registers the number of registers
     * @param depth the maximum number of loops that enclose an instruction
     */
    RegexProgram(List<Instruction> instructions, List<CodePointSet> sets, int registers, int depth) {
        this.instructions = instructions.toArray(Instruction[]::new);
        this.sets = sets.toArray(CodePointSet[]::new);
        this.registers = registers;
        this.depth = depth;
    }

    Instruction instruction(int number) {
        return instructions[number];
    }

    CodePointSet set(int number) {
        return sets[number];
    }

    int registers() {
        return registers;
    }

    /** Returns the number of different states that an alternative can have. */
    int states() {
        return instructions.length * (depth + 1);
    }

    /** Returns the state of an alternative as a number from zero to {@link #states()} minus one. */
    int state(int instruction, int[] values, int position) {
        return instruction * (depth + 1) + instructions[instruction].consumingLoops(values, position);
    }
}
