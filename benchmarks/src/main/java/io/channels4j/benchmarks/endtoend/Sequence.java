package io.channels4j.benchmarks.endtoend;

import java.util.HashSet;
import java.util.Set;

/** Checks the sequence numbers (0, 1, 2, and so on) of the messages that one receiver receives from one sender. */
final class Sequence {

    private final Set<Long> missing = new HashSet<>();
    private long next;
    private long doubled;
    private long reordered;

    /** Records a received number. */
    void arrived(long number) {
        if (number == next) {
            next++;
        } else if (number > next) {
            for (long hole = next; hole < number; hole++) {
                missing.add(hole);
            }
            next = number + 1;
        } else if (missing.remove(number)) {
            reordered++;
        } else {
            doubled++;
        }
    }

    /** Returns how many of the first {@code sent} numbers have not arrived. */
    long lost(long sent) {
        return missing.size() + Math.max(0, sent - next);
    }

    long doubled() {
        return doubled;
    }

    long reordered() {
        return reordered;
    }
}
