package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;

/**
 * The limits on what a server accepts from clients. Immutable.
 *
 * @param maxMessageBytes the maximum size of a WebSocket message, in one frame or in many; default 1 MiB. A longer message closes
 *     the connection with code 1009
 * @param maxBodyBytes the maximum size of a request body; default 1 MiB. A longer body is rejected with status 413
 * @param maxUrlBytes the maximum size of a request target; default 8 KiB. It consists of the path and the query. On HTTP/1.1, it
 *     includes the scheme and the host of a target in absolute form. Longer targets are rejected with status 414
 * @param maxHeaderBytes the maximum size of all headers of a request; default 16 KiB. On HTTP/2, it includes the pseudo-headers
 *     and 32 bytes per header. Longer headers are rejected with status 431
 * @param maxConnections the maximum number of concurrent connections; default {@link #UNLIMITED}. Further connections are
 *     rejected with status 503, or with GOAWAY if TLS negotiated HTTP/2
 * @param maxConnectionsPerAddress the maximum number of concurrent connections from one address; default {@link #UNLIMITED}.
 *     Connections through a proxy share its address. Further connections are rejected as for {@code maxConnections}
 * @param maxHandshakesPerSecond the maximum rate of WebSocket handshakes; default {@link #UNLIMITED}. Further handshakes are
 *     rejected with status 503
 * @param maxRequests the maximum number of concurrent HTTP requests; default {@link #UNLIMITED}. Further requests are rejected
 *     with status 503
 * @param maxInboundBytes the maximum memory for waiting input, for all connections together; default one eighth of the maximum
 *     heap. The limit includes incomplete messages, collected bodies, and events waiting for the application. Beyond the limit,
 *     the WebSockets and requests that hold the most memory are ended: WebSockets with code 1013, HTTP requests with status 503
 * @param maxOutboundBytes the maximum memory for output that waits for peers, for all connections together; default one quarter
 *     of the maximum heap. Beyond the limit, connections are closed, starting with those whose peers have stopped reading
 */
public record ServerLimits(
        int maxMessageBytes,
        long maxBodyBytes,
        int maxUrlBytes,
        int maxHeaderBytes,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxHandshakesPerSecond,
        int maxRequests,
        long maxInboundBytes,
        long maxOutboundBytes) {

    /** The value for no limit. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** The minimum for the header limit. A smaller limit would reject practically every request. */
    private static final int MIN_HEADER_BYTES = 256;

    private static final int INBOUND_HEAP_SHARE = 8;
    private static final int OUTBOUND_HEAP_SHARE = 4;

    private static final ServerLimits DEFAULTS = new ServerLimits(
            MIB,
            MIB,
            8 * KIB,
            16 * KIB,
            UNLIMITED,
            UNLIMITED,
            UNLIMITED,
            UNLIMITED,
            Runtime.getRuntime().maxMemory() / INBOUND_HEAP_SHARE,
            Runtime.getRuntime().maxMemory() / OUTBOUND_HEAP_SHARE);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if the header limit is less than 256, or if another limit is less than 1
     */
    public ServerLimits {
        requirePositive("max message bytes", maxMessageBytes);
        requirePositive("max body bytes", maxBodyBytes);
        requirePositive("max URL bytes", maxUrlBytes);
        if (maxHeaderBytes < MIN_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "max header bytes: %d (expected: %d or more)".formatted(maxHeaderBytes, MIN_HEADER_BYTES));
        }
        requirePositive("max connections", maxConnections);
        requirePositive("max connections per address", maxConnectionsPerAddress);
        requirePositive("max handshakes per second", maxHandshakesPerSecond);
        requirePositive("max requests", maxRequests);
        requirePositive("max inbound bytes", maxInboundBytes);
        requirePositive("max outbound bytes", maxOutboundBytes);
    }

    /**
     * Returns the default limits.
     *
     * @return the limits
     */
    public static ServerLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these limits with a different maximum size of WebSocket messages.
     *
     * @param bytes the limit in bytes
     * @return the new limits
     */
    public ServerLimits withMaxMessageBytes(int bytes) {
        return new ServerLimits(
                bytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum size of request bodies.
     *
     * @param bytes the limit in bytes
     * @return the new limits
     */
    public ServerLimits withMaxBodyBytes(long bytes) {
        return new ServerLimits(
                maxMessageBytes,
                bytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum size of request targets.
     *
     * @param bytes the limit in bytes
     * @return the new limits
     */
    public ServerLimits withMaxUrlBytes(int bytes) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                bytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum size of headers.
     *
     * @param bytes the limit in bytes
     * @return the new limits
     */
    public ServerLimits withMaxHeaderBytes(int bytes) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                bytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum number of connections.
     *
     * @param number the limit
     * @return the new limits
     */
    public ServerLimits withMaxConnections(int number) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                number,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum number of connections from one address.
     *
     * @param number the limit
     * @return the new limits
     */
    public ServerLimits withMaxConnectionsPerAddress(int number) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                number,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum rate of WebSocket handshakes.
     *
     * @param number the limit per second
     * @return the new limits
     */
    public ServerLimits withMaxHandshakesPerSecond(int number) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                number,
                maxRequests,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum number of HTTP requests.
     *
     * @param number the limit
     * @return the new limits
     */
    public ServerLimits withMaxRequests(int number) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                number,
                maxInboundBytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum memory for waiting input.
     *
     * @param bytes the limit in bytes, for all connections together; {@code Long.MAX_VALUE} for no limit
     * @return the new limits
     */
    public ServerLimits withMaxInboundBytes(long bytes) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                bytes,
                maxOutboundBytes);
    }

    /**
     * Returns these limits with a different maximum memory for output that waits for peers.
     *
     * @param bytes the limit in bytes, for all connections together; {@code Long.MAX_VALUE} for no limit
     * @return the new limits
     */
    public ServerLimits withMaxOutboundBytes(long bytes) {
        return new ServerLimits(
                maxMessageBytes,
                maxBodyBytes,
                maxUrlBytes,
                maxHeaderBytes,
                maxConnections,
                maxConnectionsPerAddress,
                maxHandshakesPerSecond,
                maxRequests,
                maxInboundBytes,
                bytes);
    }
}
