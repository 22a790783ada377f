package io.channels4j.worker;

import java.util.concurrent.atomic.LongAdder;

/** Counts a worker's messages by outcome. Thread-safe. */
final class WorkerCounts {

    final LongAdder handled = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder givenUp = new LongAdder();
}
