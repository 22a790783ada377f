package io.channels4j.redis.dialect;

import io.channels4j.ChannelsException;
import io.channels4j.redis.wire.Seal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message between processes. It consists of a version, the origin, and a body with channel names and the message. The body can be
 * encrypted; the address and the origin are then authenticated. The origin is not encrypted, so that a process can skip its own messages
 * without decrypting them.
 *
 * <p>A sequence number is written as an invalid channel name. Versions without sequence numbers ignore this name.
 */
public final class PubSubEnvelope {

    private static final String PURPOSE = "publish";
    private static final byte VERSION = 1;
    private static final int HEAD = 1 + Long.BYTES;

    /** The first byte of the name that contains a sequence number. Names of channels contain no control characters. */
    private static final byte SEQUENCE = 1;

    private static final int SEQUENCE_BYTES = 1 + Integer.BYTES + Long.BYTES;

    private final long origin;
    private final List<String> names;
    private final byte[] message;
    private final int epoch;
    private final long number;

    private PubSubEnvelope(long origin, List<String> names, byte[] message, int epoch, long number) {
        this.origin = origin;
        this.names = names;
        this.message = message;
        this.epoch = epoch;
        this.number = number;
    }

    /**
     * Encodes an envelope that is published to an address.
     *
     * @param sequence the sequence that numbers the message, or null
     */
    public static byte[] write(
            String address,
            long origin,
            Collection<String> names,
            byte[] message,
            Seal seal,
            @Nullable GroupSequence sequence) {
        List<byte[]> written = names.isEmpty()
                ? List.of()
                : names.stream()
                        .map(name -> name.getBytes(StandardCharsets.UTF_8))
                        .toList();
        int size = Short.BYTES + message.length + (sequence == null ? 0 : Short.BYTES + SEQUENCE_BYTES);
        for (byte[] name : written) {
            size += Short.BYTES + name.length;
        }
        int head = seal.encrypts() ? 0 : HEAD;
        ByteBuffer body = ByteBuffer.allocate(head + size);
        if (head > 0) {
            body.put(VERSION).putLong(origin);
        }
        body.putShort((short) (written.size() + (sequence == null ? 0 : 1)));
        for (byte[] name : written) {
            body.putShort((short) name.length).put(name);
        }
        if (sequence != null) {
            body.putShort((short) SEQUENCE_BYTES).put(SEQUENCE);
            body.putInt(sequence.epoch()).putLong(sequence.next());
        }
        body.put(message);
        return head > 0 ? body.array() : sealed(address, origin, body.array(), seal);
    }

    private static byte[] sealed(String address, long origin, byte[] body, Seal seal) {
        byte[] sealed = seal.seal(body, PURPOSE, place(address, origin, seal));
        return ByteBuffer.allocate(HEAD + sealed.length)
                .put(VERSION)
                .putLong(origin)
                .put(sealed)
                .array();
    }

    private static String place(String address, long origin, Seal seal) {
        return seal.encrypts() ? Long.toHexString(origin) + ' ' + address : "";
    }

    /** Returns true if an envelope comes from the given origin. */
    public static boolean isFrom(byte[] bytes, long origin) {
        return bytes.length >= HEAD && ByteBuffer.wrap(bytes).getLong(1) == origin;
    }

    /**
     * Decodes an envelope.
     *
     * @throws ChannelsException if the bytes are not an envelope, or if they were encrypted with another key or for another address
     */
    public static PubSubEnvelope read(String address, byte[] bytes, Seal seal) {
        if (bytes.length < HEAD || bytes[0] != VERSION) {
            throw new ChannelsException(
                    "envelope: %d bytes of an unknown form (expected: version %d)".formatted(bytes.length, VERSION));
        }
        long origin = ByteBuffer.wrap(bytes).getLong(1);
        try {
            return read(origin, body(address, origin, bytes, seal));
        } catch (BufferUnderflowException e) {
            throw new ChannelsException("envelope: %d bytes are truncated".formatted(bytes.length), e);
        }
    }

    private static ByteBuffer body(String address, long origin, byte[] bytes, Seal seal) {
        if (!seal.encrypts()) {
            return ByteBuffer.wrap(bytes).position(HEAD);
        }
        byte[] sealed = Arrays.copyOfRange(bytes, HEAD, bytes.length);
        return ByteBuffer.wrap(seal.open(sealed, PURPOSE, place(address, origin, seal)));
    }

    private static PubSubEnvelope read(long origin, ByteBuffer body) {
        int count = body.getShort() & 0xffff;
        List<String> names = new ArrayList<>(Math.min(count, 16));
        int epoch = 0;
        long number = 0;
        for (int i = 0; i < count; i++) {
            int length = body.getShort() & 0xffff;
            if (length == SEQUENCE_BYTES && body.get(body.position()) == SEQUENCE) {
                body.get();
                epoch = body.getInt();
                number = body.getLong();
            } else {
                names.add(new String(take(body, length), StandardCharsets.UTF_8));
            }
        }
        return new PubSubEnvelope(origin, names, take(body, body.remaining()), epoch, number);
    }

    /** Returns the random number of the process that published the envelope. */
    public long origin() {
        return origin;
    }

    /** Returns the epoch of the sequence that numbers the message. Meaningful only if there is a number. */
    public int epoch() {
        return epoch;
    }

    /** Returns the number of the message, 0 if it has none. */
    public long number() {
        return number;
    }

    /** Returns the receiving channel, or the excluded channels. */
    public List<String> names() {
        return names;
    }

    /** Returns the serialized message. */
    public byte[] message() {
        return message;
    }

    private static byte[] take(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] taken = new byte[length];
        from.get(taken);
        return taken;
    }
}
