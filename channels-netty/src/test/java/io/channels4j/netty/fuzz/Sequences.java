package io.channels4j.netty.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** The valid sequences of one protocol, in units that a mutation may remove, repeat, exchange or change: requests or frames. */
interface Sequences {

    /** Returns a valid sequence; {@code number} is the number of earlier sequences on the connection. */
    List<byte[]> units(int number, SplittableRandom random);
}
