package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;

/**
 * The settings for HTTP/2, including WebSockets over HTTP/2 (RFC 9113, RFC 8441). Immutable.
 *
 * <p>With TLS, the handshake selects the protocol (ALPN). A custom {@code SslContext} must offer {@code h2} itself.
 * Without TLS, a client starts with HTTP/2 or requests an upgrade.
 *
 * @param enabled whether the server supports HTTP/2 in addition to HTTP/1.1; default true
 * @param maxConcurrentStreams the maximum number of concurrent streams per connection; default 100. Each stream is a
 *     request or a WebSocket. Further streams are refused and may be retried. A stream buffers at most 64 KiB that its
 *     application has not requested yet. This setting therefore limits the memory per connection
 * @param maxStreamResets the maximum number of streams per connection that may be reset within 30 seconds; default 200.
 *     It counts resets by the client and resets because of its errors. A further reset closes the connection. Resets
 *     cost the server more than the client (CVE-2023-44487)
 */
public record Http2Settings(boolean enabled, int maxConcurrentStreams, int maxStreamResets) {

    private static final Http2Settings DEFAULTS = new Http2Settings(true, 100, 200);
    private static final Http2Settings DISABLED = new Http2Settings(false, 100, 200);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if a limit is less than 1
     */
    public Http2Settings {
        requirePositive("max concurrent streams", maxConcurrentStreams);
        requirePositive("max stream resets", maxStreamResets);
    }

    /**
     * Returns the default settings.
     *
     * @return the settings
     */
    public static Http2Settings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns settings without HTTP/2.
     *
     * @return the settings
     */
    public static Http2Settings disabled() {
        return DISABLED;
    }

    /**
     * Returns these settings with a different maximum number of concurrent streams.
     *
     * @param number the limit per connection
     * @return the new settings
     */
    public Http2Settings withMaxConcurrentStreams(int number) {
        return new Http2Settings(enabled, number, maxStreamResets);
    }

    /**
     * Returns these settings with a different maximum number of stream resets.
     *
     * @param number the limit per connection within 30 seconds
     * @return the new settings
     */
    public Http2Settings withMaxStreamResets(int number) {
        return new Http2Settings(enabled, maxConcurrentStreams, number);
    }
}
