package io.channels4j.netty.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks that bytes are UTF-8 (RFC 3629) while they come, whatever the pieces, and says no at the first byte that cannot be
 * right. ASCII is checked eight bytes at a time.
 */
final class Utf8Validator {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** How many bytes the character still needs, and between what the next of them must be. */
    private int needed;

    private int least = 0x80;
    private int most = 0xbf;

    /** Takes the next bytes; returns false when they cannot be part of UTF-8. */
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

    /** Tells whether no character is left unfinished. */
    boolean complete() {
        return needed == 0;
    }

    /** Starts again. */
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

    /** The bounds of the second byte refuse overlong forms, surrogates and what is beyond U+10FFFF. */
    private boolean lead(int b) {
        anyContinuation();
        if (b >= 0xc2 && b <= 0xdf) {
            needed = 1;
        } else if (b >= 0xe0 && b <= 0xef) {
            needed = 2;
            least = b == 0xe0 ? 0xa0 : 0x80;
            most = b == 0xed ? 0x9f : 0xbf;
        } else if (b >= 0xf0 && b <= 0xf4) {
            needed = 3;
            least = b == 0xf0 ? 0x90 : 0x80;
            most = b == 0xf4 ? 0x8f : 0xbf;
        }
        return needed != 0;
    }

    private boolean follow(int b) {
        if (b < least || b > most) {
            return false;
        }
        anyContinuation();
        needed--;
        return true;
    }

    private void anyContinuation() {
        least = 0x80;
        most = 0xbf;
    }
}
