package io.channels4j.benchmarks.endtoend;

/**
 * The result of one run of one workload against one server.
 *
 * @param operationsPerSecond the number of round trips, deliveries or cycles per second while measuring
 * @param serverMicros the CPU time of the server per operation, in microseconds
 * @param clientCpu the CPU time of the client divided by the wall time. If it is near 1, the client is the bottleneck.
 * @param p50 the median latency in microseconds
 * @param p99 the 99th percentile of the latency in microseconds
 * @param longest the maximum latency in microseconds
 * @param order the numbers of messages lost, duplicated or reordered since the first message
 * @param trouble the first problem, or an empty string
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
