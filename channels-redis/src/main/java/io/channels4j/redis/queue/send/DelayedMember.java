package io.channels4j.redis.queue.send;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The stored form of a delayed message: 16 bytes, then the message. The first 8 bytes are random, so that equal messages are stored
 * separately. A mark and the name of the serializer follow, padded with zeros. A name of more than 7 characters is omitted. Earlier
 * versions stored 16 random bytes.
 */
public final class DelayedMember {

    private static final int RANDOM_BYTES = 8;
    private static final byte MARK = (byte) 0xf1;
    private static final int NAME_BYTES = 7;
    private static final int ID_BYTES = RANDOM_BYTES + 1 + NAME_BYTES;

    private DelayedMember() {}

    /** Returns the stored form of a message. */
    public static byte[] of(byte[] payload, String serializer) {
        byte[] random = new byte[RANDOM_BYTES];
        ThreadLocalRandom.current().nextBytes(random);
        byte[] member = Arrays.copyOf(random, ID_BYTES + payload.length);
        byte[] name = serializer.getBytes(StandardCharsets.US_ASCII);
        member[RANDOM_BYTES] = MARK;
        if (name.length <= NAME_BYTES) {
            System.arraycopy(name, 0, member, RANDOM_BYTES + 1, name.length);
        }
        System.arraycopy(payload, 0, member, ID_BYTES, payload.length);
        return member;
    }

    /** Returns the message. Empty if the stored form is damaged. */
    static byte[] payload(byte[] member) {
        return Arrays.copyOfRange(member, Math.min(ID_BYTES, member.length), member.length);
    }

    /** Returns the name of the serializer, or an empty text if it is not known. */
    static String serializer(byte[] member) {
        if (member.length < ID_BYTES) {
            return "";
        }
        StringBuilder name = new StringBuilder();
        boolean ended = member[RANDOM_BYTES] != MARK;
        for (int i = RANDOM_BYTES + 1; i < ID_BYTES; i++) {
            char c = (char) member[i];
            if (c == 0) {
                ended = true;
            } else if (ended || c >= 128 || !Character.isLetterOrDigit(c) && c != '-' && c != '_') {
                return "";
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }
}
