package io.channels4j.benchmarks.endtoend;

import java.util.HashSet;
import java.util.Set;

/** Watches the numbers that one sender's messages carry at one receiver: 0, 1, 2, and so on if all is well. */
final class Sequence {

    private final Set<Long> missing = new HashSet<>();
    private long next;
    private long doubled;
    private long reordered;

    /** Takes the number that came. */
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

    /** Returns how many of the first {@code sent} numbers never came. */
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
