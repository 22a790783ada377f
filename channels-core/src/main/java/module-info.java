/**
 * Channels for Java: applications, consumers, routing, middleware and channel layers.
 *
 * <p>If a module has handlers or records that are not public, it must open their packages. An example is {@code opens
 * its.package to io.channels4j.core, tools.jackson.databind}.
 */
@SuppressWarnings({"module", "requires-automatic"
}) // modules in qualified exports are built later; Micrometer is optional
module io.channels4j.core {
    requires transitive tools.jackson.databind;
    requires transitive org.jspecify;
    requires java.net.http;
    requires org.slf4j;
    requires static com.nimbusds.jose.jwt;
    requires static micrometer.core;

    exports io.channels4j;
    exports io.channels4j.auth;
    exports io.channels4j.auth.jwt;
    exports io.channels4j.concurrent;
    exports io.channels4j.consumer;
    exports io.channels4j.control to
            io.channels4j.redis,
            io.channels4j.testing;
    exports io.channels4j.delivery to
            io.channels4j.redis;
    exports io.channels4j.engine to
            io.channels4j.netty,
            io.channels4j.testing;
    exports io.channels4j.engine.timer to
            io.channels4j.testing;
    exports io.channels4j.http;
    exports io.channels4j.internal to
            io.channels4j.netty,
            io.channels4j.redis,
            io.channels4j.testing;
    exports io.channels4j.layer;
    exports io.channels4j.middleware;
    exports io.channels4j.monitoring;
    exports io.channels4j.routing;
    exports io.channels4j.security;
    exports io.channels4j.server;
    exports io.channels4j.session;
    exports io.channels4j.websocket;
    exports io.channels4j.worker;

    uses io.channels4j.server.ServerProvider;

    opens io.channels4j to
            tools.jackson.databind;
}
