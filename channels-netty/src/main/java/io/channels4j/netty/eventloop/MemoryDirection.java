package io.channels4j.netty.eventloop;

import java.util.Comparator;

/**
 * The directions in which a server limits the memory of its connections. Each direction defines which connections are closed
 * first.
 */
public enum MemoryDirection {

    /**
     * Incomplete messages, collected bodies, and events that wait for the application. Connections that hold the most are closed
     * first.
     */
    INBOUND("inbound") {
        @Override
        long bytesOf(ManagedConnection connection) {
            return connection.inboundBytes();
        }

        @Override
        Comparator<ManagedConnection> firstToClose() {
            return Comparator.comparingLong(ManagedConnection::inboundBytes).reversed();
        }

        @Override
        void close(ManagedConnection connection, String reason) {
            connection.closeForInbound(reason);
        }
    },

    /**
     * Output that waits for peers. Connections whose peers have stopped reading are closed first, then those that hold the most.
     */
    OUTBOUND("outbound") {
        @Override
        long bytesOf(ManagedConnection connection) {
            return connection.outboundBytes();
        }

        @Override
        Comparator<ManagedConnection> firstToClose() {
            return Comparator.comparing(ManagedConnection::outboundStalls)
                    .thenComparingLong(ManagedConnection::outboundBytes)
                    .reversed();
        }

        @Override
        void close(ManagedConnection connection, String reason) {
            connection.closeForOutbound(reason);
        }
    };

    private final String adjective;

    MemoryDirection(String adjective) {
        this.adjective = adjective;
    }

    String adjective() {
        return adjective;
    }

    abstract long bytesOf(ManagedConnection connection);

    abstract Comparator<ManagedConnection> firstToClose();

    abstract void close(ManagedConnection connection, String reason);

    /** Returns the reason for closing a connection. */
    String exceeded(long bytes, MemoryBudget budget) {
        return "the server's %s memory is exhausted: %d bytes are in use, %d of them by this connection (limit: %d)"
                .formatted(adjective, budget.total(), bytes, budget.maxBytes());
    }
}
