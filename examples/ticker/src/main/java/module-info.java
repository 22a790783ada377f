/** A price ticker over server-sent events: an application as a named module. */
module io.channels4j.examples.ticker {
    requires io.channels4j.core;
    requires io.channels4j.netty;

    // for non-public handlers and records: consumers call the handlers, and Jackson serializes the records
    opens io.channels4j.examples.ticker to
            io.channels4j.core,
            tools.jackson.databind;
}
