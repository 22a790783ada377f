package io.channels4j.redis.dialect;

import io.channels4j.ChannelsException;
import io.channels4j.redis.wire.Seal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A message between processes: a version, the origin, and a body that contains channel names and the message. The body can be
 * encrypted; the address and the origin are then authenticated with it. The origin is outside the body, so that a process can
 * skip its own messages without decrypting them.
 */
public final class PubSubEnvelope {

    private static final String PURPOSE = "publish";
    private static final byte VERSION = 1;
    private static final int HEAD = 1 + Long.BYTES;

    private final List<String> names;
    private final byte[] message;

    private PubSubEnvelope(List<String> names, byte[] message) {
        this.names = names;
        this.message = message;
    }

    /** Encodes an envelope that is published to an address. */
    public static byte[] write(String address, long origin, Collection<String> names, byte[] message, Seal seal) {
        List<byte[]> written = names.stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toList();
        int size = Short.BYTES + message.length;
        for (byte[] name : written) {
            size += Short.BYTES + name.length;
        }
        ByteBuffer body = ByteBuffer.allocate(size).putShort((short) written.size());
        for (byte[] name : written) {
            body.putShort((short) name.length).put(name);
        }
        byte[] sealed = seal.seal(body.put(message).array(), PURPOSE, place(address, origin, seal));
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
     * @throws ChannelsException if the bytes are not an envelope, were encrypted with another key, or were published to another address
     */
    public static PubSubEnvelope read(String address, byte[] bytes, Seal seal) {
        if (bytes.length < HEAD || bytes[0] != VERSION) {
            throw new ChannelsException(
                    "envelope: %d bytes of an unknown form (expected: version %d)".formatted(bytes.length, VERSION));
        }
        byte[] sealed = new byte[bytes.length - HEAD];
        System.arraycopy(bytes, HEAD, sealed, 0, sealed.length);
        try {
            ByteBuffer body = ByteBuffer.wrap(seal.open(
                    sealed, PURPOSE, place(address, ByteBuffer.wrap(bytes).getLong(1), seal)));
            int count = body.getShort() & 0xffff;
            List<String> names = new ArrayList<>(Math.min(count, 16));
            for (int i = 0; i < count; i++) {
                names.add(new String(take(body, body.getShort() & 0xffff), StandardCharsets.UTF_8));
            }
            return new PubSubEnvelope(names, take(body, body.remaining()));
        } catch (BufferUnderflowException e) {
            throw new ChannelsException("envelope: %d bytes are truncated".formatted(bytes.length), e);
        }
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
