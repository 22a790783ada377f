package io.channels4j.netty.eventloop;

/**
 * The memory budgets of a server.
 *
 * @param inbound the budget for incomplete input and events that wait for the application
 * @param outbound the budget for output that waits for peers
 */
public record ServerMemory(MemoryBudget inbound, MemoryBudget outbound) {

    /** Returns budgets with the given bounds in bytes. */
    public static ServerMemory of(long maxInboundBytes, long maxOutboundBytes) {
        return new ServerMemory(
                new MemoryBudget(MemoryDirection.INBOUND, maxInboundBytes),
                new MemoryBudget(MemoryDirection.OUTBOUND, maxOutboundBytes));
    }
}
