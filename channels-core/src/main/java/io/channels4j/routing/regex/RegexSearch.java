package io.channels4j.routing.regex;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One search of a program in an input. It follows all alternatives together, ordered by priority, and visits each state at most once per
 * position (Pike's algorithm).
 *
 * <p>Confined to one thread.
 */
final class RegexSearch {

    private static final CodePointSet WORD = CodePointSet.of(Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS));
    private static final int END = -1;

    private final RegexProgram program;
    private final String input;
    private final Extent extent;

    /** For each state, the number of the last round that visited it. */
    private final int[] visited;

    /** The alternatives that {@link #follow} still has to visit. */
    private final StateList pending;

    private StateList current;
    private StateList next;
    private int round = 1;
    private int position;
    private long steps;
    private int @Nullable [] found;

    /** Instructions, each with the registers of the alternative that has reached it. */
    private static final class StateList {
        private final int[] instructions;
        private final int[][] registers;
        private int size;

        StateList(int capacity) {
            instructions = new int[capacity];
            registers = new int[capacity][];
        }

        void add(int instruction, int[] values) {
            instructions[size] = instruction;
            registers[size++] = values;
        }
    }

    RegexSearch(RegexProgram program, String input, Extent extent) {
        this.program = program;
        this.input = input;
        this.extent = extent;
        int states = program.length() * (program.depth() + 1);
        this.visited = new int[states];
        this.pending = new StateList(states + 1);
        this.current = new StateList(states);
        this.next = new StateList(states);
    }

    long steps() {
        return steps;
    }

    int @Nullable [] run() {
        while (true) {
            if (found == null && (position == 0 || extent == Extent.ANYWHERE)) {
                start();
            }
            boolean atEnd = position == input.length();
            advance(atEnd ? END : input.codePointAt(position));
            boolean finished = current.size == 0 && (found != null || extent != Extent.ANYWHERE);
            if (atEnd || finished) {
                return found;
            }
        }
    }

    /** Adds the alternative with the lowest priority: a match that begins at the current position. */
    private void start() {
        int[] registers = new int[program.registers()];
        Arrays.fill(registers, -1);
        registers[0] = position;
        follow(0, registers, current);
    }

    /** Advances all alternatives past a code point, and makes the next list the current one. */
    private void advance(int codePoint) {
        int here = position;
        round++;
        next.size = 0;
        for (int i = 0; i < current.size; i++) {
            steps++;
            int instruction = current.instructions[i];
            int[] registers = current.registers[i];
            if (program.codes()[instruction] == RegexProgram.MATCH) {
                if (extent != Extent.WHOLE || codePoint == END) {
                    found = result(registers, here);
                    break; // the remaining alternatives have a lower priority
                }
            } else if (codePoint != END
                    && program.sets().get(program.first()[instruction]).contains(codePoint)) {
                position = here + Character.charCount(codePoint);
                follow(instruction + 1, registers, next);
            }
        }
        position = codePoint == END ? here : here + Character.charCount(codePoint);
        StateList consumed = current;
        current = next;
        next = consumed;
    }

    private static int[] result(int[] registers, int end) {
        int[] result = registers.clone();
        result[1] = end;
        return result;
    }

    /** Adds to a list the instructions that can be reached from an instruction without consuming input, in order of priority. */
    private void follow(int first, int[] values, StateList target) {
        pending.add(first, values);
        while (pending.size > 0) {
            int[] registers = pending.registers[--pending.size];
            int instruction = pending.instructions[pending.size];
            while (instruction >= 0 && visit(instruction, registers)) {
                int code = program.codes()[instruction];
                if (code == RegexProgram.SPLIT) {
                    pending.add(program.second()[instruction], registers);
                } else if (code == RegexProgram.STORE) {
                    registers = registers.clone();
                    registers[program.first()[instruction]] = position;
                } else if (code <= RegexProgram.MATCH) {
                    target.add(instruction, registers);
                }
                instruction = after(instruction, registers);
            }
        }
    }

    /** Returns the next instruction that is reached without consuming input, or -1. */
    private int after(int instruction, int[] registers) {
        int first = program.first()[instruction];
        return switch (program.codes()[instruction]) {
            case RegexProgram.JUMP, RegexProgram.SPLIT -> first;
            case RegexProgram.STORE -> instruction + 1;
            case RegexProgram.LEAVE_IF_EMPTY ->
                registers[first] == position ? program.second()[instruction] : instruction + 1;
            case RegexProgram.ASSERT -> holds(instruction) ? instruction + 1 : -1;
            default -> -1;
        };
    }

    /** Returns true for the first visit of a state in this round. */
    private boolean visit(int instruction, int[] registers) {
        int[] loops = program.loops()[instruction];
        int notEmpty = 0;
        while (notEmpty < loops.length && registers[loops[notEmpty]] < position) {
            notEmpty++;
        }
        int state = instruction * (program.depth() + 1) + notEmpty;
        steps++;
        boolean first = visited[state] != round;
        visited[state] = round;
        return first;
    }

    private boolean holds(int instruction) {
        return switch (program.anchor(instruction)) {
            case START -> position == 0;
            case END -> position == input.length();
            case WORD_BOUNDARY -> isWordBoundary();
            case NO_WORD_BOUNDARY -> !isWordBoundary();
        };
    }

    private boolean isWordBoundary() {
        boolean before = position > 0 && WORD.contains(input.codePointBefore(position));
        boolean behind = position < input.length() && WORD.contains(input.codePointAt(position));
        return before != behind;
    }
}
