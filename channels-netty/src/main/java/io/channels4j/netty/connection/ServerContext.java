package io.channels4j.netty.connection;

import io.channels4j.Application;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.engine.CallbackWatch;
import io.channels4j.engine.RoutedScope;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.proxy.ProxyHeaders;
import io.channels4j.netty.settings.CompressionSettings;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.server.ServerListener;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * State shared by all connections of a server, such as the application, the settings and the listener.
 *
 * @param facts the function that adds the configuration for consumers to a scope, such as the channel layers
 * @param state the application's lifespan state
 * @param nanoTime the clock for time-outs, in nanoseconds from an arbitrary origin
 */
public record ServerContext(
        Application application,
        UnaryOperator<ScopeBuilder> facts,
        Map<String, Object> state,
        ServerLimits limits,
        ServerTimeouts timeouts,
        OutboundSettings outbound,
        Http2Settings http2,
        CompressionSettings compression,
        ProxySettings proxies,
        ProxyHeaders proxyHeaders,
        ServerHeaders responseHeaders,
        ServerListener listener,
        AdmissionLimiter admission,
        LongSupplier nanoTime) {

    /** Returns a scope builder with the server's properties. Must be called on the event loop. */
    public ScopeBuilder scope(String type, EventLoopState loop) {
        ScopeBuilder scope = loop.scope(type, name -> common(name, loop));
        return listener == ServerListeners.NONE ? scope : scope.with(RoutedScope.KEY, new RoutedScope());
    }

    private Scope common(String type, EventLoopState loop) {
        return facts.apply(Scope.builder(type))
                .executor(loop.executor())
                .closeTimeout(timeouts.applicationClose())
                .state(state)
                .rootPath(proxies.rootPath())
                .with(CallbackWatch.KEY, loop.watch())
                .build();
    }
}
