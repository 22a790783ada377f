package io.channels4j.netty.fuzz;

import java.util.SplittableRandom;

/**
 * What the peers of one protocol send, right and wrong. A protocol more is a class more.
 *
 * <p>Used by one thread, for many connections at once: what a connection needs to remember does not fit here.
 */
interface Corpus {

    /** Returns what brings a new connection into the protocol; may be empty. */
    byte[] greeting();

    /** Returns an input that is most likely wrong somewhere; its number is how many came before it on its connection. */
    byte[] mutant(int number, SplittableRandom random);

    /** Returns a right question, by which the peer finds out that all that came before has been read. */
    byte[] probe(int number);

    /** Returns bytes that the answer to a probe holds, and nothing else does. */
    byte[] answer(int number);
}
