package io.channels4j.netty.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates valid sequences for one protocol. They consist of units that a mutation may remove, repeat, exchange or change:
 * requests or frames.
 */
interface Sequences {

    /** Returns a valid sequence; {@code number} is the number of sequences that were sent before on the connection. */
    List<byte[]> units(int number, SplittableRandom random);
}
