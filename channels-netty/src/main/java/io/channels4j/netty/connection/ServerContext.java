package io.channels4j.netty.connection;

import io.channels4j.Application;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.engine.CallbackWatch;
import io.channels4j.engine.RoutedScope;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.proxy.ProxyHeaders;
import io.channels4j.netty.settings.Settings;
import io.channels4j.server.ServerListener;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What all connections of a server serve, within which limits, and who is told. */
public record ServerContext(
        Application application,
        UnaryOperator<ScopeBuilder> facts,
        Settings settings,
        ServerHeaders signature,
        Map<String, Object> state,
        ServerListener listener,
        AdmissionLimiter gate,
        ProxyHeaders proxies,
        String rootPath) {

    /** Returns a builder with the facts that are the server's. The event loop. */
    public ScopeBuilder scope(String type, EventLoopState loop) {
        ScopeBuilder scope = loop.scope(type, name -> common(name, loop));
        return listener == GuardedListener.NONE ? scope : scope.with(RoutedScope.KEY, new RoutedScope());
    }

    private Scope common(String type, EventLoopState loop) {
        return facts.apply(Scope.builder(type))
                .executor(loop.executor())
                .closeTimeout(settings.applicationCloseTimeout())
                .state(state)
                .rootPath(rootPath)
                .with(CallbackWatch.KEY, loop.watch())
                .build();
    }
}
