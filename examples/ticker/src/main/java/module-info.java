/** A price ticker over server-sent events: what an application that is a named module looks like. */
module io.channels4j.examples.ticker {
    requires io.channels4j.core;
    requires io.channels4j.netty;

    // Handlers and records that are not public: the one is called by the consumers' base, the other written as JSON
    opens io.channels4j.examples.ticker to
            io.channels4j.core,
            tools.jackson.databind;
}
