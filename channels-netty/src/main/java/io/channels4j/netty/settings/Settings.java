package io.channels4j.netty.settings;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What the builder of a server collected; sizes in bytes. {@code nanos} is the time that time-outs go by. */
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
        Duration stuckCallback,
        Compression compression,
        boolean proxyProtocol,
        Multiplexing multiplexing,
        LongSupplier nanos) {}
