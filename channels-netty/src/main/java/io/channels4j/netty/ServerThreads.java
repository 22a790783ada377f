package io.channels4j.netty;

import io.channels4j.engine.CallbackWatch;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.connection.ServerListeners;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.EventLoopThread;
import io.channels4j.netty.eventloop.ServerMemory;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.server.ServerListener;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The event loops of a server with their states, and the thread that monitors them. Thread-safe. */
final class ServerThreads {

    private static final Duration MIN_TICK = Duration.ofMillis(5);
    private static final Duration MAX_TICK = Duration.ofSeconds(1);

    private final EventLoopGroup group;
    private final Map<EventLoop, EventLoopState> states;
    private final ServerMemory memory;
    private final StuckCallbackMonitor monitor;

    private ServerThreads(
            EventLoopGroup group,
            Map<EventLoop, EventLoopState> states,
            ServerMemory memory,
            StuckCallbackMonitor monitor) {
        this.group = group;
        this.states = states;
        this.memory = memory;
        this.monitor = monitor;
    }

    static ServerThreads start(ServerContext server, IoHandlerFactory io, int eventLoopThreads) {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(eventLoopThreads, EventLoopThread.factory(), io);
        ServerMemory memory = ServerMemory.of(
                server.limits().maxInboundBytes(), server.limits().maxOutboundBytes());
        Map<EventLoop, EventLoopState> states = states(group, server, memory);
        List<CallbackWatch> watches =
                states.values().stream().map(EventLoopState::watch).toList();
        StuckCallbackMonitor monitor =
                StuckCallbackMonitor.start(watches, server.timeouts().stuckCallback(), server.nanoTime());
        return new ServerThreads(group, states, memory, monitor);
    }

    private static Map<EventLoop, EventLoopState> states(
            EventLoopGroup group, ServerContext server, ServerMemory memory) {
        ServerListener listener = server.listener();
        Duration tick = tick(server);
        Map<EventLoop, EventLoopState> states = new HashMap<>();
        for (EventExecutor executor : group) {
            CallbackWatch watch = new CallbackWatch(listener == ServerListeners.NONE ? null : listener::handled);
            EventLoop loop = (EventLoop) executor;
            states.put(loop, new EventLoopState(loop, tick, server.nanoTime(), watch, memory));
        }
        return states;
    }

    /** Returns the interval of time-out checks: an eighth of the shortest nonzero time-out that it checks, within bounds. */
    private static Duration tick(ServerContext server) {
        ServerTimeouts timeouts = server.timeouts();
        Duration eighth = Stream.of(
                        server.outbound().maxAge(),
                        server.outbound().progress().stall(),
                        server.outbound().progress().grace(),
                        timeouts.handshake(),
                        timeouts.pingInterval(),
                        timeouts.pingTimeout(),
                        timeouts.close(),
                        timeouts.idle(),
                        timeouts.stuckCallback())
                .filter(time -> !time.isZero())
                .map(time -> time.dividedBy(8))
                .min(Comparator.naturalOrder())
                .orElse(MAX_TICK);
        Duration atMost = eighth.compareTo(MAX_TICK) < 0 ? eighth : MAX_TICK;
        return atMost.compareTo(MIN_TICK) < 0 ? MIN_TICK : atMost;
    }

    EventLoopGroup group() {
        return group;
    }

    ServerMemory memory() {
        return memory;
    }

    /** Returns the state of an event loop of this server. */
    EventLoopState state(EventLoop loop) {
        EventLoopState state = states.get(loop);
        if (state == null) {
            throw new IllegalStateException("event loop: %s (expected: one of this server)".formatted(loop));
        }
        return state;
    }

    /** Ends all connections gracefully. The future completes when the connections and their applications have ended. */
    CompletableFuture<Void> drain(Duration spread) {
        return CompletableFuture.allOf(states.values().stream()
                .map(state -> state.drain(spread).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    /** Closes all connections immediately, and returns their number. */
    int cut() {
        return states.values().stream().mapToInt(state -> state.cut().join()).sum();
    }

    /** Stops all threads, and waits for the event loops. */
    void stop() {
        monitor.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
