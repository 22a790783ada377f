package io.channels4j.benchmarks.endtoend;

/** How the client's bytes travel. */
enum Wire {
    PLAIN,
    /** TLS, whatever the certificate. */
    TLS,
    /** The client offers {@code permessage-deflate} without context, and sends its own messages uncompressed. */
    DEFLATE,
    /** HTTP/2 with prior knowledge, and a connection for each WebSocket: a client stands for many users, who share none. */
    HTTP2
}
