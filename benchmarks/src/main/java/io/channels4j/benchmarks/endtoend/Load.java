package io.channels4j.benchmarks.endtoend;

import java.util.concurrent.CompletionStage;

/** One kind of traffic against one server; every method is called on the client's event loop. */
interface Load {

    /** Connects; completes when every connection is ready for traffic. */
    CompletionStage<Void> open();

    /** Starts the traffic. */
    void begin();

    /** Starts nothing new; what is under way comes in. */
    void stop();

    /** Returns whether everything that was started has come to its end. */
    boolean settled();

    /** Returns what was lost, doubled and put out of order from the first message to the last. */
    Order order();

    /** Ends all connections. */
    void close();

    /** The promises that a load checks on the way; all zero if they were kept. */
    record Order(long lost, long doubled, long reordered) {

        static Order of(Iterable<Sequence> sequences, long sent) {
            Order sum = new Order(0, 0, 0);
            for (Sequence sequence : sequences) {
                sum = sum.plus(new Order(sequence.lost(sent), sequence.doubled(), sequence.reordered()));
            }
            return sum;
        }

        Order plus(Order that) {
            return new Order(lost + that.lost, doubled + that.doubled, reordered + that.reordered);
        }

        boolean kept() {
            return lost + doubled + reordered == 0;
        }
    }
}
