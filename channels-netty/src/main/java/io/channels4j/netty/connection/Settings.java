package io.channels4j.netty.connection;

import java.time.Duration;

/** What the builder of a server collected; sizes in bytes. */
public record Settings(
        int maxMessageBytes,
        long maxBodyBytes,
        int maxHeaderBytes,
        long outboundBytes,
        Duration outboundAge,
        Overflow overflow,
        Duration handshakeTimeout,
        Duration pingInterval,
        Duration pingTimeout,
        Duration closeTimeout,
        Duration idleTimeout,
        Duration applicationCloseTimeout,
        Duration drainTimeout,
        Compression compression,
        boolean proxyProtocol) {}
