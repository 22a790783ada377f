package io.channels4j.routing.regex;

import io.channels4j.routing.regex.RegexProgram.Instruction;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A single search of an input with a program. It follows all alternatives in parallel, ordered by priority. It visits
 * each state at most once per position (Pike's algorithm).
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
        int states = program.states();
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

    /** Advances all alternatives past a code point. The next list becomes the current list. */
    private void advance(int codePoint) {
        int here = position;
        round++;
        next.size = 0;
        for (int i = 0; i < current.size; i++) {
            steps++;
            int number = current.instructions[i];
            int[] registers = current.registers[i];
            Instruction instruction = program.instruction(number);
            if (instruction.code == RegexProgram.MATCH) {
                if (extent != Extent.WHOLE || codePoint == END) {
                    found = result(registers, here);
                    break; // the remaining alternatives have a lower priority
                }
            } else if (codePoint != END && program.set(instruction.first).contains(codePoint)) {
                position = here + Character.charCount(codePoint);
                follow(number + 1, registers, next);
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

    /** Adds the instructions that can be reached without consuming input to a list, in order of priority. */
    private void follow(int first, int[] values, StateList target) {
        pending.add(first, values);
        while (pending.size > 0) {
            int[] registers = pending.registers[--pending.size];
            int number = pending.instructions[pending.size];
            while (number >= 0 && visit(number, registers)) {
                Instruction instruction = program.instruction(number);
                if (instruction.code == RegexProgram.SPLIT) {
                    pending.add(instruction.second, registers);
                } else if (instruction.code == RegexProgram.STORE) {
                    registers = registers.clone();
                    registers[instruction.first] = position;
                } else if (instruction.code <= RegexProgram.MATCH) {
                    target.add(number, registers);
                }
                number = after(number, instruction, registers);
            }
        }
    }

    /** Returns the next instruction that is reached without consuming input, or -1. */
    private int after(int number, Instruction instruction, int[] registers) {
        return switch (instruction.code) {
            case RegexProgram.JUMP, RegexProgram.SPLIT -> instruction.first;
            case RegexProgram.STORE -> number + 1;
            case RegexProgram.LEAVE_IF_EMPTY ->
                registers[instruction.first] == position ? instruction.second : number + 1;
            default -> holds(instruction.code) ? number + 1 : -1;
        };
    }

    /** Returns true for the first visit of a state in this round. */
    private boolean visit(int number, int[] registers) {
        int state = program.state(number, registers, position);
        steps++;
        boolean first = visited[state] != round;
        visited[state] = round;
        return first;
    }

    private boolean holds(int code) {
        return switch (code) {
            case RegexProgram.AT_START -> position == 0;
            case RegexProgram.AT_END -> position == input.length();
            case RegexProgram.AT_BOUNDARY -> isWordBoundary();
            case RegexProgram.NOT_AT_BOUNDARY -> !isWordBoundary();
            default -> false;
        };
    }

    private boolean isWordBoundary() {
        boolean before = position > 0 && WORD.contains(input.codePointBefore(position));
        boolean behind = position < input.length() && WORD.contains(input.codePointAt(position));
        return before != behind;
    }
}
