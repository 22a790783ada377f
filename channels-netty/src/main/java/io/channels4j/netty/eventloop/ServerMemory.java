package io.channels4j.netty.eventloop;

/**
 * The memory budgets of a server.
 *
 * @param inbound for input that waits for its end or for the application
 * @param outbound for output that waits for peers
 */
public record ServerMemory(MemoryBudget inbound, MemoryBudget outbound) {

    /** Returns budgets with the given bounds in bytes. */
    public static ServerMemory of(long maxInboundBytes, long maxOutboundBytes) {
        return new ServerMemory(
                new MemoryBudget(MemoryDirection.INBOUND, maxInboundBytes),
                new MemoryBudget(MemoryDirection.OUTBOUND, maxOutboundBytes));
    }
}
