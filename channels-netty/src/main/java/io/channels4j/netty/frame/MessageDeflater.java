package io.channels4j.netty.frame;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the messages of one connection (RFC 7692 §7.2.1). Without context takeover, all connections of a thread share one deflater.
 *
 * <p>Confined to its event loop.
 */
public final class MessageDeflater {

    /** The size of 00 00 ff ff, which ends each flush and is omitted from messages. */
    private static final int TAIL_BYTES = 4;

    private static final FastThreadLocal<Deflater> SHARED = new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
            return create();
        }
    };

    private final boolean keepsContext;
    private final int minBytes;
    private @Nullable Deflater own;
    private boolean released;

    /**
     * Creates the deflater of one connection.
     *
     * @param keepsContext whether messages refer to earlier ones
     * @param minBytes the size from which messages are worth compressing
     */
    public MessageDeflater(boolean keepsContext, int minBytes) {
        this.keepsContext = keepsContext;
        this.minBytes = minBytes;
    }

    private static Deflater create() {
        return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    }

    /** Compresses a message without reference to earlier ones. Returns null if that does not make it smaller. */
    public static @Nullable ByteBuffer compressAlone(byte[] payload) {
        Deflater shared = SHARED.get();
        ByteBuffer compressed = deflate(shared, payload);
        shared.reset();
        return compressed.remaining() < payload.length ? compressed : null;
    }

    /** Returns whether later messages may refer to earlier ones, so that all compressed messages must be sent. */
    public boolean keepsContext() {
        return keepsContext;
    }

    /** Returns the size from which messages are worth compressing. */
    public int minBytes() {
        return minBytes;
    }

    /** Compresses a message. Returns null if it should be sent uncompressed. */
    public @Nullable ByteBuffer compress(byte[] payload) {
        if (!keepsContext) {
            return compressAlone(payload);
        }
        if (released || payload.length == 0) { // a second consecutive flush writes nothing, not even the tail
            return null;
        }
        Deflater deflater = own;
        if (deflater == null) {
            deflater = create();
            own = deflater;
        }
        return deflate(deflater, payload);
    }

    private static ByteBuffer deflate(Deflater deflater, byte[] payload) {
        byte[] out = new byte[payload.length + (payload.length >> 9) + 128];
        deflater.setInput(payload);
        int length = 0;
        while (true) {
            length += deflater.deflate(out, length, out.length - length, Deflater.SYNC_FLUSH);
            if (length < out.length) {
                return ByteBuffer.wrap(out, 0, length - TAIL_BYTES);
            }
            out = Arrays.copyOf(out, 2 * out.length);
        }
    }

    /** Releases the memory. */
    public void release() {
        released = true;
        if (own != null) {
            own.end();
            own = null;
        }
    }
}
