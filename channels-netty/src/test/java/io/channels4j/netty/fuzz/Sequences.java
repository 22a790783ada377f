package io.channels4j.netty.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates valid sequences for one protocol. A sequence consists of units, such as requests or frames. A mutation may
 * remove, repeat, exchange or change units.
 */
interface Sequences {

    /** Returns a valid sequence. {@code number} is the number of sequences already sent on the connection. */
    List<byte[]> units(int number, SplittableRandom random);
}
