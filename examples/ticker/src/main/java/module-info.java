/** A price ticker over server-sent events: an application as a named module. */
module io.channels4j.examples.ticker {
    requires io.channels4j.core;
    requires io.channels4j.netty;

    // for handlers and records that are not public: consumers call the handlers, Jackson writes the records
    opens io.channels4j.examples.ticker to
            io.channels4j.core,
            tools.jackson.databind;
}
