/** Channels for Java: an HTTP and WebSocket server on Netty. */
@SuppressWarnings({"requires-automatic", "exports"}) // Micrometer is optional
module io.channels4j.netty {
    requires transitive io.channels4j.core;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires transitive io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.unix.common;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.classes.kqueue;
    requires static micrometer.core;
    requires org.slf4j;

    exports io.channels4j.netty;
    exports io.channels4j.netty.micrometer;
    exports io.channels4j.netty.settings;

    provides io.channels4j.server.ServerProvider with
            io.channels4j.netty.NettyServerProvider;
}
