package io.channels4j.netty.frame;

import io.channels4j.websocket.CloseStatus;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages of one connection (RFC 7692 §7.2.2). An inflater takes about 40 KiB of native memory. It is allocated
 * when a compressed message arrives. Without context takeover, it is released at the end of each message.
 *
 * <p>Confined to its event loop.
 */
public final class MessageInflater {

    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
    private static final int WINDOW = 32 * 1024;

    /** This thread's unused inflater, if any. */
    private static final FastThreadLocal<Inflater> SPARE = new FastThreadLocal<>();

    private static final FastThreadLocal<byte[]> BUFFER = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[16 * 1024];
        }
    };

    private final boolean keepsContext;
    private @Nullable Inflater inflater;

    /**
     * Whether the peer ended the deflate stream within the current message. Another stream may follow (RFC 7692
     * §7.2.3.4).
     */
    private boolean streamEnded;

    /** Receives inflated bytes. */
    interface Output {
        void inflated(byte[] bytes, int length);
    }

    public MessageInflater(boolean keepsContext) {
        this.keepsContext = keepsContext;
    }

    /** Inflates a part of a message. */
    void inflate(byte[] in, int length, Output out) {
        Inflater at = inflater();
        at.setInput(in, 0, length);
        byte[] buffer = BUFFER.get();
        try {
            while (true) {
                int n = at.inflate(buffer);
                if (n > 0) {
                    out.inflated(buffer, n);
                }
                if (at.finished()) {
                    startStream(at, in, length, buffer, n);
                } else if (n == 0) {
                    return;
                }
            }
        } catch (DataFormatException e) {
            throw new ProtocolViolation(CloseStatus.INVALID_PAYLOAD, "a compressed message is corrupt");
        }
    }

    /** Starts another deflate stream, with the end of the last output as its window. */
    private void startStream(Inflater at, byte[] in, int length, byte[] last, int n) {
        int left = at.getRemaining();
        at.reset();
        streamEnded = true;
        if (n > 0) {
            at.setDictionary(last, Math.max(0, n - WINDOW), Math.min(n, WINDOW));
        }
        at.setInput(in, length - left, left);
    }

    /** Inflates the tail that the sender omitted at the end of a message. */
    void endMessage(Output out) {
        inflate(TAIL, TAIL.length, out);
        if (!keepsContext || streamEnded) {
            streamEnded = false;
            release();
        }
    }

    private Inflater inflater() {
        Inflater at = inflater;
        if (at == null) {
            at = SPARE.get();
            SPARE.remove();
            at = at == null ? new Inflater(true) : at;
            inflater = at;
        }
        return at;
    }

    /** Releases the memory. */
    void release() {
        Inflater at = inflater;
        inflater = null;
        if (at == null) {
            return;
        }
        if (SPARE.isSet()) {
            at.end();
        } else {
            at.reset();
            SPARE.set(at);
        }
    }
}
