/** Channels for Java: channel layers and sessions for many processes, backed by Redis. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Lettuce has no module descriptor
module io.channels4j.redis {
    requires transitive io.channels4j.core;
    requires transitive lettuce.core;
    requires org.slf4j;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;

    exports io.channels4j.redis;
    exports io.channels4j.redis.serializer;
}
