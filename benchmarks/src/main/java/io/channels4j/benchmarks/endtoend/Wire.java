package io.channels4j.benchmarks.endtoend;

/** The protocols that transport the client's bytes. */
enum Wire {
    PLAIN,
    /** TLS that accepts any certificate. */
    TLS,
    /** The client offers {@code permessage-deflate} without context takeover and sends uncompressed messages. */
    DEFLATE,
    /**
     * HTTP/2 with prior knowledge. Each WebSocket has its own connection, because the client simulates many independent
     * users.
     */
    HTTP2
}
