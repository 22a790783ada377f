package io.channels4j.netty.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Validates UTF-8 incrementally (RFC 3629), and fails at the first invalid byte. ASCII is validated eight bytes at a time. */
final class Utf8Validator {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** The number of bytes that are missing from the current character. */
    private int needed;

    // The bounds of the next continuation byte
    private int min = 0x80;
    private int max = 0xbf;

    /** Validates the next bytes. Returns false if they are not valid UTF-8. */
    boolean accepts(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (needed == 0) {
                i = skipAscii(bytes, i, to);
                if (i < to && !lead(bytes[i++] & 0xff)) {
                    return false;
                }
            } else if (!follow(bytes[i++] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the last character is complete. */
    boolean complete() {
        return needed == 0;
    }

    /** Prepares the validator for another text. */
    void reset() {
        needed = 0;
        anyContinuation();
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int i = from;
        while (i + Long.BYTES <= to && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < to && bytes[i] >= 0) {
            i++;
        }
        return i;
    }

    /** Starts a character. The bounds of its second byte exclude overlong forms, surrogates and code points beyond U+10FFFF. */
    private boolean lead(int b) {
        anyContinuation();
        if (b >= 0xc2 && b <= 0xdf) {
            needed = 1;
        } else if (b >= 0xe0 && b <= 0xef) {
            needed = 2;
            min = b == 0xe0 ? 0xa0 : 0x80;
            max = b == 0xed ? 0x9f : 0xbf;
        } else if (b >= 0xf0 && b <= 0xf4) {
            needed = 3;
            min = b == 0xf0 ? 0x90 : 0x80;
            max = b == 0xf4 ? 0x8f : 0xbf;
        }
        return needed != 0;
    }

    private boolean follow(int b) {
        if (b < min || b > max) {
            return false;
        }
        anyContinuation();
        needed--;
        return true;
    }

    private void anyContinuation() {
        min = 0x80;
        max = 0xbf;
    }
}
