package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;
import static io.channels4j.netty.settings.Checks.requireZeroOrMore;
import static java.util.Objects.requireNonNull;

import io.channels4j.internal.Durations;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The time-outs of a server, and the clock that measures them. Immutable.
 *
 * @param handshake the time limit for each part of a handshake; default 10 seconds. The TLS handshake must complete within this
 *     time. The head of an HTTP/1.1 request must also arrive within this time. For the first request, the time starts with the
 *     connection, after any TLS handshake. For a later request, it starts with the first byte. If the head is late, the server
 *     closes the connection. It responds with status 408 if a part of the head has arrived. An HTTP/2 header block has the same
 *     limit. An application must accept or reject a WebSocket within this time. Otherwise, the server rejects it with status 503
 * @param pingInterval the time without input after which the server pings a peer; default 20 seconds, zero for no pings. The
 *     server pings the peers of WebSockets and of HTTP/2 connections with open streams
 * @param pingTimeout the time after a ping within which the peer must send something; default 10 seconds. Otherwise, the
 *     connection is closed. Time during which the server does not read from a WebSocket's peer is not counted
 * @param close the time limit for each step of a close; default 10 seconds. A WebSocket's peer must reply to the server's close
 *     frame within this time. The application must handle the messages that arrived together with the peer's close frame within
 *     this time. The response to an HTTP client that has shut down its output must start within this time
 * @param idle the time for which an HTTP connection may be silent between requests or while a request arrives; default 75
 *     seconds. After that, the connection is closed, or the stream of an incomplete HTTP/2 request is reset. The default is
 *     longer than the 60 seconds of common load balancers
 * @param applicationClose the time for which consumer callbacks may run after the end of their connection; default 10 seconds
 * @param stuckCallback the time after which a running consumer callback is logged as a warning on the logger {@code
 *     io.channels4j.consumer}; default 10 seconds, zero for no warning. Each callback is logged once, with the connection's id,
 *     the class and the method. The warning contains the stack trace of the occupied thread, or a note that the callback's stage
 *     is not complete. Callbacks that block their event loop are included. Callbacks that wait for a slow peer are not
 * @param lifespan the time limit for the application's start, and separately for its stop; default 30 seconds. Zero
 *     means that the application is not notified of them (ASGI lifespan)
 * @param drainDelay the time for which a closing server still accepts connections after its health has become unready; default
 *     zero. Load balancers can then notice the change
 * @param drain the time in which connections may end gracefully when the server closes; default 30 seconds
 * @param drainOnShutdown whether the server closes gracefully when the JVM shuts down, such as on SIGTERM; default true
 * @param clock the clock for pings, connection time-outs, message ages and the {@code date} header; default the system clock.
 *     With the system clock, adjustments of the wall clock do not affect time-outs. The TLS handshake time-out and the interval
 *     at which the server checks for overdue connections do not depend on this clock
 */
public record ServerTimeouts(
        Duration handshake,
        Duration pingInterval,
        Duration pingTimeout,
        Duration close,
        Duration idle,
        Duration applicationClose,
        Duration stuckCallback,
        Duration lifespan,
        Duration drainDelay,
        Duration drain,
        boolean drainOnShutdown,
        InstantSource clock) {

    private static final ServerTimeouts DEFAULTS = new ServerTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(75),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofSeconds(30),
            true,
            InstantSource.system());

    /**
     * Checks the durations.
     *
     * @throws IllegalArgumentException if a duration is negative, or if a duration that must be positive is zero
     */
    public ServerTimeouts {
        requirePositive("handshake timeout", handshake);
        requireZeroOrMore("ping interval", pingInterval);
        requirePositive("ping timeout", pingTimeout);
        requirePositive("close timeout", close);
        requirePositive("idle timeout", idle);
        requirePositive("application close timeout", applicationClose);
        requireZeroOrMore("stuck callback warning", stuckCallback);
        requireZeroOrMore("lifespan timeout", lifespan);
        requireZeroOrMore("drain delay", drainDelay);
        requirePositive("drain timeout", drain);
        requireNonNull(clock, "clock");
        handshake = Durations.clamp(handshake);
        pingInterval = Durations.clamp(pingInterval);
        pingTimeout = Durations.clamp(pingTimeout);
        close = Durations.clamp(close);
        idle = Durations.clamp(idle);
        applicationClose = Durations.clamp(applicationClose);
        stuckCallback = Durations.clamp(stuckCallback);
        lifespan = Durations.clamp(lifespan);
        drainDelay = Durations.clamp(drainDelay);
        drain = Durations.clamp(drain);
    }

    /**
     * Returns the default time-outs.
     *
     * @return the time-outs
     */
    public static ServerTimeouts defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these time-outs with a different handshake time-out.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withHandshake(Duration time) {
        return new ServerTimeouts(
                time,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different ping interval.
     *
     * @param silence the time; zero for no pings
     * @return the new time-outs
     */
    public ServerTimeouts withPingInterval(Duration silence) {
        return new ServerTimeouts(
                handshake,
                silence,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different ping time-out.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withPingTimeout(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                time,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different close time-out.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withClose(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                time,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different idle time-out for HTTP connections.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withIdle(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                time,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different time-out for callbacks after the end of their connection.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withApplicationClose(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                time,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different time-out for the warning about stuck callbacks.
     *
     * @param time the time; zero for no warning
     * @return the new time-outs
     */
    public ServerTimeouts withStuckCallback(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                time,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different time-out for the start and the stop of the application.
     *
     * @param time the time limit for each of the two; zero if the application is not notified of them. An application that
     *     does not handle lifespan must otherwise fail or complete for the scope type {@code lifespan}, as the routers do
     * @return the new time-outs
     */
    public ServerTimeouts withLifespan(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                time,
                drainDelay,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different drain delay.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withDrainDelay(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                time,
                drain,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with a different drain time-out.
     *
     * @param time the time
     * @return the new time-outs
     */
    public ServerTimeouts withDrain(Duration time) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                time,
                drainOnShutdown,
                clock);
    }

    /**
     * Returns these time-outs with or without a graceful close when the JVM shuts down.
     *
     * @param drains whether the server closes gracefully
     * @return the new time-outs
     */
    public ServerTimeouts withDrainOnShutdown(boolean drains) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drains,
                clock);
    }

    /**
     * Returns these time-outs with a different clock.
     *
     * @param source the clock
     * @return the new time-outs
     */
    public ServerTimeouts withClock(InstantSource source) {
        return new ServerTimeouts(
                handshake,
                pingInterval,
                pingTimeout,
                close,
                idle,
                applicationClose,
                stuckCallback,
                lifespan,
                drainDelay,
                drain,
                drainOnShutdown,
                source);
    }
}
