package io.channels4j.middleware;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.AcceptEncoding;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compresses HTTP responses with gzip for clients that accept it (RFC 9110 §8.4.1.3 and §12.5.3).
 *
 * {@snippet class="io.channels4j.behaviour.CompressionSnippets" region="compress"}
 *
 * <ul>
 *   <li>Text, JSON, XML, JavaScript, SVG and similar types are compressed. Event streams, ranges, responses that are already
 *       encoded, and responses with {@code Cache-Control: no-transform} are not. Neither are responses of fewer than {@link
 *       Builder#thresholdBytes} bytes.
 *   <li>A compressed response has no {@code Content-Length} unless it was sent as one part, and its {@code ETag} is weak. All
 *       responses that depend on the client have {@code Vary: Accept-Encoding}.
 *   <li>A response that is sent in parts is compressed part by part, and each part reaches the client when it is sent. While it is
 *       open, it needs about 260 KiB of native memory. Beyond {@link Builder#maxStreams} such responses, others are sent
 *       uncompressed (guarantee P3).
 * </ul>
 *
 * <p><b>Security.</b> If a response contains both a secret and input from the client, the sizes of many responses can reveal the
 * secret to an attacker on the network (BREACH). Do not compress such pages, or send {@code Cache-Control: no-transform} with them.
 * Compression is therefore middleware that you add, and not a default of the server. Put it only around what may be compressed.
 *
 * <p>WebSocket messages are not affected. The server compresses them on its own.
 *
 * <p><b>Threads.</b> Thread-safe. A part is compressed on the thread that sends it.
 */
public final class CompressionMiddleware implements Middleware {

    private final int thresholdBytes;
    private final int maxStreams;
    private final AtomicInteger streams = new AtomicInteger();

    private CompressionMiddleware(Builder settings) {
        this.thresholdBytes = settings.thresholdBytes;
        this.maxStreams = settings.maxStreams;
    }

    /**
     * Returns middleware with the default settings of {@link Builder}.
     *
     * @return the middleware
     */
    public static CompressionMiddleware create() {
        return builder().build();
    }

    /**
     * Returns a builder with the default settings.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            if (!scope.type().equals("http")) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            GzipSender compressing =
                    new GzipSender(this, sender, accepts(scope), scope.method().equals("HEAD"));
            return NullChecks.handle(inner, scope, receiver, compressing)
                    .whenComplete((nothing, failure) -> compressing.end());
        };
    }

    private static boolean accepts(Scope scope) {
        List<String> accepted = scope.headers().all("accept-encoding");
        double gzip = AcceptEncoding.weight(accepted, "gzip");
        return gzip > 0 && gzip >= AcceptEncoding.weight(accepted, "identity");
    }

    boolean isTooSmall(long bytes) {
        return bytes < thresholdBytes;
    }

    /** Returns false if too many responses are being compressed in parts. */
    boolean startStream() {
        if (streams.incrementAndGet() <= maxStreams) {
            return true;
        }
        streams.decrementAndGet();
        return false;
    }

    void endStream() {
        streams.decrementAndGet();
    }

    /** Builds a {@link CompressionMiddleware}. Not thread-safe. */
    public static final class Builder {

        private int thresholdBytes = 1024;
        private int maxStreams = 256;

        private Builder() {}

        /**
         * Sets the minimum size of responses that are compressed; 1024 bytes by default. A response in parts without {@code
         * Content-Length} is always compressed.
         *
         * @param bytes the size, 0 for all responses
         * @return this builder
         */
        public Builder thresholdBytes(int bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("compression threshold: %d (expected: 0 or more)".formatted(bytes));
            }
            thresholdBytes = bytes;
            return this;
        }

        /**
         * Sets the maximum number of responses that are compressed in parts at the same time; 256 by default, about 64 MiB.
         *
         * @param number the number, 0 or more
         * @return this builder
         */
        public Builder maxStreams(int number) {
            if (number < 0) {
                throw new IllegalArgumentException("compressed streams: %d (expected: 0 or more)".formatted(number));
            }
            maxStreams = number;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         */
        public CompressionMiddleware build() {
            return new CompressionMiddleware(this);
        }
    }
}
