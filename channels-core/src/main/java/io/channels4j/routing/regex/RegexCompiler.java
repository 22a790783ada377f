package io.channels4j.routing.regex;

import io.channels4j.routing.regex.RegexNode.Alternation;
import io.channels4j.routing.regex.RegexNode.Anchor;
import io.channels4j.routing.regex.RegexNode.Assertion;
import io.channels4j.routing.regex.RegexNode.CapturingGroup;
import io.channels4j.routing.regex.RegexNode.One;
import io.channels4j.routing.regex.RegexNode.Repetition;
import io.channels4j.routing.regex.RegexNode.Sequence;
import io.channels4j.routing.regex.RegexProgram.Instruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/** Compiles a syntax tree to a program (Thompson's construction). Confined to one thread. */
final class RegexCompiler {

    /** The maximum number of states, which limits the steps per code point of the input. */
    private static final int MAX_STATES = 2000;

    private static final int UNKNOWN = -1;

    private final List<Instruction> program = new ArrayList<>();
    private final List<CodePointSet> sets = new ArrayList<>();
    private final IdentityHashMap<RegexNode, Integer> registers = new IdentityHashMap<>();

    /** The registers of the loops that enclose the next instruction, outermost first. */
    private final Deque<Integer> loops = new ArrayDeque<>();

    private int nextRegister;
    private int depth;

    private RegexCompiler(int groups) {
        this.nextRegister = 2 * (groups + 1);
    }

    static RegexProgram compile(RegexNode root, int groups) {
        RegexCompiler compiler = new RegexCompiler(groups);
        compiler.emit(root);
        compiler.add(RegexProgram.MATCH, 0);
        return new RegexProgram(compiler.program, compiler.sets, compiler.nextRegister, compiler.depth);
    }

    private void emit(RegexNode node) {
        if (node instanceof One one) {
            sets.add(one.set());
            add(RegexProgram.ONE, sets.size() - 1);
        } else if (node instanceof Assertion assertion) {
            add(codeOf(assertion.anchor()), UNKNOWN);
        } else if (node instanceof Sequence sequence) {
            sequence.parts().forEach(this::emit);
        } else if (node instanceof Alternation alternation) {
            alternation(alternation.branches());
        } else if (node instanceof CapturingGroup capture) {
            add(RegexProgram.STORE, 2 * capture.number());
            emit(capture.body());
            add(RegexProgram.STORE, 2 * capture.number() + 1);
        } else if (node instanceof Repetition repetition) {
            repetition(repetition);
        }
    }

    private static int codeOf(Anchor anchor) {
        return switch (anchor) {
            case START -> RegexProgram.AT_START;
            case END -> RegexProgram.AT_END;
            case WORD_BOUNDARY -> RegexProgram.AT_BOUNDARY;
            case NO_WORD_BOUNDARY -> RegexProgram.NOT_AT_BOUNDARY;
        };
    }

    private void alternation(List<RegexNode> branches) {
        List<Instruction> ends = new ArrayList<>();
        for (RegexNode branch : branches.subList(0, branches.size() - 1)) {
            Instruction split = add(RegexProgram.SPLIT, program.size() + 1);
            emit(branch);
            ends.add(add(RegexProgram.JUMP, UNKNOWN));
            split.second = program.size();
        }
        emit(branches.get(branches.size() - 1));
        ends.forEach(end -> end.first = program.size());
    }

    /** Emits the required iterations, and then a loop or the optional iterations. */
    private void repetition(Repetition repetition) {
        List<Instruction> exits = new ArrayList<>();
        boolean endless = repetition.max() == Repetition.UNLIMITED;
        int required = endless && repetition.min() > 0 ? repetition.min() - 1 : repetition.min();
        for (int i = 0; i < required; i++) {
            iteration(repetition, exits);
        }
        if (endless) {
            loop(repetition, exits);
        } else {
            for (int i = required; i < repetition.max(); i++) {
                exits.add(option(repetition.greedy(), program.size() + 1));
                iteration(repetition, exits);
            }
        }
        exits.forEach(exit -> leaveTo(exit, program.size()));
    }

    private void loop(Repetition repetition, List<Instruction> exits) {
        int start = program.size();
        if (repetition.min() == 0) {
            exits.add(option(repetition.greedy(), start + 1));
            iteration(repetition, exits);
            add(RegexProgram.JUMP, start);
        } else {
            iteration(repetition, exits);
            exits.add(option(repetition.greedy(), start));
        }
    }

    /** Emits a choice between an iteration at the target and the exit, in order of preference. The exit is set later. */
    private Instruction option(boolean greedy, int target) {
        Instruction split = add(RegexProgram.SPLIT, greedy ? target : UNKNOWN);
        split.second = greedy ? UNKNOWN : target;
        return split;
    }

    private static void leaveTo(Instruction exit, int target) {
        if (exit.code == RegexProgram.SPLIT && exit.first == UNKNOWN) {
            exit.first = target;
        } else {
            exit.second = target;
        }
    }

    private void iteration(Repetition repetition, List<Instruction> exits) {
        if (!repetition.body().nullable()) {
            emit(repetition.body());
            return;
        }
        int register = registers.computeIfAbsent(repetition, node -> nextRegister++);
        add(RegexProgram.STORE, register);
        loops.addLast(register);
        depth = Math.max(depth, loops.size());
        emit(repetition.body());
        exits.add(add(RegexProgram.LEAVE_IF_EMPTY, register));
        loops.removeLast();
    }

    private Instruction add(int code, int first) {
        int[] around = loops.stream().mapToInt(Integer::intValue).toArray();
        Instruction instruction = new Instruction(code, first, UNKNOWN, around);
        program.add(instruction);
        if (program.size() * (depth + 1) > MAX_STATES) {
            throw new UnsupportedRegexException(
                    "at most %d states; use fewer or smaller repetition counts".formatted(MAX_STATES));
        }
        return instruction;
    }
}
