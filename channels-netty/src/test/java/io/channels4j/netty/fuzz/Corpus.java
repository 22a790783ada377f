package io.channels4j.netty.fuzz;

import java.util.SplittableRandom;

/**
 * The inputs of one protocol, valid and invalid.
 *
 * <p>One thread uses a corpus for many connections, so a corpus must not hold per-connection state.
 */
interface Corpus {

    /** Returns the bytes that start the protocol on a new connection. They may be empty. */
    byte[] preamble();

    /**
     * Returns an input that is probably invalid. {@code number} is the number of inputs already sent on the connection.
     */
    byte[] input(int number, SplittableRandom random);

    /** Returns valid input, such as a request or a ping, whose response proves that the server has read all earlier input. */
    byte[] probe(int number);

    /** Returns bytes that occur only in the response to a probe. */
    byte[] answer(int number);
}
