package io.channels4j.netty.frame;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the messages of one connection (RFC 7692 §7.2.1). Without context takeover, all connections on a thread share one
 * deflater.
 *
 * <p>The JDK's deflater always uses the largest window. For a smaller window, its history is discarded after each window of
 * input, so that no reference reaches beyond the window.
 *
 * <p>{@link #compress} and {@link #release} may be called only on the connection's event loop. The other methods may be called
 * from any thread.
 */
public final class MessageDeflater {

    /** The size of 00 00 ff ff, which ends each flush and is omitted from messages. */
    private static final int TAIL_BYTES = 4;

    private static final int MAX_WINDOW_BYTES = 32 * 1024;

    private static final FastThreadLocal<Deflater> SHARED = new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
            return create();
        }
    };

    private final boolean keepsContext;
    private final int windowBytes;
    private final int minBytes;
    private @Nullable Deflater own;
    private boolean released;

    /**
     * The number of bytes since the history was last discarded. It is the maximum distance of the next reference. Used
     * only with a smaller window.
     */
    private int inWindow;

    /**
     * Creates the deflater for one connection.
     *
     * @param keepsContext whether messages may refer to earlier messages
     * @param windowBytes the maximum distance of a reference
     * @param minBytes the minimum size of messages to compress
     */
    public MessageDeflater(boolean keepsContext, int windowBytes, int minBytes) {
        this.keepsContext = keepsContext;
        this.windowBytes = windowBytes;
        this.minBytes = minBytes;
    }

    private static Deflater create() {
        return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    }

    /** Compresses a message without references to earlier ones. Returns null if the result is not smaller. */
    public static @Nullable ByteBuffer compressAlone(byte[] payload) {
        Deflater shared = SHARED.get();
        ByteBuffer compressed = deflate(shared, payload);
        shared.reset();
        return compressed.remaining() < payload.length ? compressed : null;
    }

    /** Returns whether a message that was {@linkplain #compressAlone compressed alone} is valid for this connection. */
    public boolean sharesFrameOf(byte[] payload) {
        return !keepsContext && (windowBytes == MAX_WINDOW_BYTES || payload.length <= windowBytes);
    }

    /** Returns whether later messages may refer to earlier ones. If so, every compressed message must be sent. */
    public boolean keepsContext() {
        return keepsContext;
    }

    /** Returns the minimum size of messages to compress. */
    public int minBytes() {
        return minBytes;
    }

    /** Compresses a message. Returns null if it should be sent uncompressed. */
    public @Nullable ByteBuffer compress(byte[] payload) {
        if (sharesFrameOf(payload)) {
            return compressAlone(payload);
        }
        if (!keepsContext) {
            return compressInWindow(payload);
        }
        if (released || payload.length == 0) { // after a flush, an empty message would produce no output
            return null;
        }
        Deflater deflater = own;
        if (deflater == null) {
            deflater = create();
            own = deflater;
        }
        return windowBytes == MAX_WINDOW_BYTES ? deflate(deflater, payload) : deflateInWindow(deflater, payload);
    }

    private @Nullable ByteBuffer compressInWindow(byte[] payload) {
        Deflater shared = SHARED.get();
        inWindow = 0;
        ByteBuffer compressed = deflateInWindow(shared, payload);
        shared.reset();
        return compressed.remaining() < payload.length ? compressed : null;
    }

    private static ByteBuffer deflate(Deflater deflater, byte[] payload) {
        Output out = new Output(payload.length);
        deflater.setInput(payload);
        out.flush(deflater, Deflater.SYNC_FLUSH);
        return out.message();
    }

    /** Compresses a message for a smaller window. A full flush discards the deflater's history (zlib's Z_FULL_FLUSH). */
    private ByteBuffer deflateInWindow(Deflater deflater, byte[] payload) {
        Output out = new Output(payload.length);
        for (int from = 0; from < payload.length; ) {
            int size = Math.min(payload.length - from, windowBytes - inWindow);
            deflater.setInput(payload, from, size);
            inWindow = (inWindow + size) % windowBytes;
            out.flush(deflater, inWindow == 0 ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH);
            from += size;
        }
        return out.message();
    }

    /** The compressed bytes of one message. */
    private static final class Output {

        private byte[] bytes;
        private int length;

        Output(int uncompressed) {
            bytes = new byte[uncompressed + (uncompressed >> 9) + 128];
        }

        void flush(Deflater deflater, int mode) {
            while (true) {
                length += deflater.deflate(bytes, length, bytes.length - length, mode);
                if (length < bytes.length) {
                    return;
                }
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
        }

        ByteBuffer message() {
            return ByteBuffer.wrap(bytes, 0, length - TAIL_BYTES);
        }
    }

    /** Releases the connection's deflater. */
    public void release() {
        released = true;
        if (own != null) {
            own.end();
            own = null;
        }
    }
}
