package io.channels4j.benchmarks.endtoend;

import java.util.concurrent.CompletionStage;

/** One kind of traffic against one server. All methods are called on the client's event loop. */
interface Load {

    /** Opens the initial connections, if any. The stage completes when all of them are ready for traffic. */
    CompletionStage<Void> open();

    /** Starts the traffic. */
    void begin();

    /** Starts no further operations. Operations in flight continue. */
    void stop();

    /** Returns true if every started operation has completed. */
    boolean settled();

    /** Returns the numbers of messages lost, duplicated and reordered since the first message. */
    Order order();

    /** Closes all connections. */
    void close();

    /** The violations of the delivery guarantees. All counts are zero if there were none. */
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
