package io.channels4j.benchmarks.endtoend;

/**
 * What one run of one workload against one server showed.
 *
 * @param operationsPerSecond round trips, deliveries or cycles while the clock ran
 * @param serverMicros processor time of the server for one operation, in microseconds
 * @param clientCpu processor time of the client over the time of the clock; near 1 the client is the limit
 * @param p50 the median latency in microseconds
 * @param p99 the 99th percentile in microseconds
 * @param longest the longest latency in microseconds
 * @param order what was lost, doubled or put out of order from the first message to the last
 * @param trouble the first thing that went wrong, empty if nothing did
 */
record Measurement(
        double operationsPerSecond,
        double serverMicros,
        double clientCpu,
        double p50,
        double p99,
        double longest,
        Load.Order order,
        String trouble) {

    boolean sound() {
        return order.kept() && trouble.isEmpty();
    }
}
