package io.channels4j.routing.regex;

import java.util.List;

/** The syntax tree of a regular expression. */
sealed interface RegexNode {

    /** Returns true if the node can match the empty text. */
    boolean nullable();

    /** One code point from a set. */
    record One(CodePointSet set) implements RegexNode {
        @Override
        public boolean nullable() {
            return false;
        }
    }

    /** A condition on the position; consumes no text. */
    record Assertion(Anchor anchor) implements RegexNode {
        @Override
        public boolean nullable() {
            return true;
        }
    }

    /** The kinds of assertion. */
    enum Anchor {
        START,
        END,
        WORD_BOUNDARY,
        NO_WORD_BOUNDARY
    }

    /** A sequence of parts, which must match one after the other. */
    record Sequence(List<RegexNode> parts) implements RegexNode {
        @Override
        public boolean nullable() {
            return parts.stream().allMatch(RegexNode::nullable);
        }
    }

    /** A choice between branches. Earlier branches are preferred. */
    record Alternation(List<RegexNode> branches) implements RegexNode {
        @Override
        public boolean nullable() {
            return branches.stream().anyMatch(RegexNode::nullable);
        }
    }

    /** A capturing group. Groups are numbered from 1. */
    record CapturingGroup(int number, RegexNode body) implements RegexNode {
        @Override
        public boolean nullable() {
            return body.nullable();
        }
    }

    /**
     * A repetition.
     *
     * @param min the minimum number of iterations
     * @param max the maximum number of iterations, or {@link #UNLIMITED}
     * @param greedy whether more iterations are preferred
     */
    record Repetition(RegexNode body, int min, int max, boolean greedy) implements RegexNode {

        static final int UNLIMITED = -1;

        @Override
        public boolean nullable() {
            return min == 0 || body.nullable();
        }
    }
}
