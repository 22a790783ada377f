package io.channels4j.redis.django.store;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.redis.dialect.Fernet;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import io.channels4j.redis.wire.MessageCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The entries of a queue. An entry consists of 12 random bytes, which make it unique, and the possibly encrypted message. The field
 * {@value #CHANNELS} of the message contains the receiving channel or, in a group message, a list of channels. Thread-safe.
 */
public final class DjangoCodec {

    /** The number of bytes in front of the message, which identify the entry. */
    public static final int ID_BYTES = 12;

    private static final String CHANNELS = "__asgi_channel__";
    private static final byte[] RETURNED = {0, 'c', '4', 'j'};
    private static final int JSON_START = '{';
    private static final int FIX_MAP = 0x80;
    private static final int MAX_FIX_MAP = 0x8f;
    private static final int MAP_16 = 0xde;

    private final MessageCodec codec;
    private final Fernet fernet;

    /** Creates a codec. */
    public DjangoCodec(MessageCodec codec, Fernet fernet) {
        this.codec = codec;
        this.fernet = fernet;
    }

    /**
     * A message that was received.
     *
     * @param message the message
     * @param channels the receiving channels; empty in a message that was sent to a plain channel
     */
    public record Received(Message message, List<String> channels) {}

    /**
     * Serializes a message, once for all receivers.
     *
     * @throws ChannelsException if the serializer cannot write it, or it is too large
     */
    public byte[] write(Message message) {
        if (message.payload().has(CHANNELS)) {
            throw new ChannelsException("message %s: field %s (expected: none, because Django's layer uses it)"
                    .formatted(message.type(), CHANNELS));
        }
        return codec.write(message);
    }

    /** Returns an entry of a plain channel. */
    public byte[] entry(byte[] written) {
        byte[] sealed = fernet.encrypt(written);
        byte[] id = new byte[ID_BYTES];
        ThreadLocalRandom.current().nextBytes(id);
        return ByteBuffer.allocate(ID_BYTES + sealed.length).put(id).put(sealed).array();
    }

    /** Returns an entry for one channel of a process. */
    public byte[] entry(byte[] written, String channel) {
        return entry(isJson(written) ? inJson(written, '"' + channel + '"') : inMessagePack(written, text(channel)));
    }

    /** Returns an entry for a group's members in one process. */
    public byte[] entry(byte[] written, List<String> channels) {
        if (isJson(written)) {
            return entry(inJson(written, "[\"" + String.join("\", \"", channels) + "\"]"));
        }
        ByteBuffer head = ByteBuffer.allocate(5);
        if (channels.size() < 16) {
            head.put((byte) (0x90 | channels.size()));
        } else if (channels.size() < 0x10000) {
            head.put((byte) 0xdc).putShort((short) channels.size());
        } else {
            head.put((byte) 0xdd).putInt(channels.size());
        }
        byte[] list = Arrays.copyOf(head.array(), head.position());
        return entry(inMessagePack(written, concat(list, channels.stream().map(DjangoCodec::text))));
    }

    private static byte[] concat(byte[] first, Stream<byte[]> more) {
        List<byte[]> parts = more.toList();
        ByteBuffer all = ByteBuffer.allocate(
                first.length + parts.stream().mapToInt(part -> part.length).sum());
        all.put(first);
        parts.forEach(all::put);
        return all.array();
    }

    private static boolean isJson(byte[] written) {
        return written[0] == JSON_START;
    }

    private static byte[] inJson(byte[] written, String value) {
        String field = ", \"" + CHANNELS + "\": " + value + "}";
        byte[] last = field.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(written.length - 1 + last.length)
                .put(written, 0, written.length - 1)
                .put(last)
                .array();
    }

    /** Adds a field to the end of a map in MessagePack. */
    private static byte[] inMessagePack(byte[] written, byte[] value) {
        byte[] name = text(CHANNELS);
        int head = written[0] & 0xff;
        boolean small = head >= FIX_MAP && head <= MAX_FIX_MAP;
        int fields = 1 + (small ? head - FIX_MAP : ByteBuffer.wrap(written).getShort(1) & 0xffff);
        int from = small ? 1 : 3;
        ByteBuffer all = ByteBuffer.allocate(3 + written.length + name.length + value.length);
        if (fields < 16) {
            all.put((byte) (FIX_MAP | fields));
        } else {
            all.put((byte) MAP_16).putShort((short) fields);
        }
        all.put(written, from, written.length - from).put(name).put(value);
        return Arrays.copyOf(all.array(), all.position());
    }

    private static byte[] text(String ascii) {
        byte[] bytes = ascii.getBytes(StandardCharsets.UTF_8);
        return bytes.length < 32
                ? ByteBuffer.allocate(1 + bytes.length)
                        .put((byte) (0xa0 | bytes.length))
                        .put(bytes)
                        .array()
                : ByteBuffer.allocate(2 + bytes.length)
                        .put((byte) 0xd9)
                        .put((byte) bytes.length)
                        .put(bytes)
                        .array();
    }

    /**
     * Reads an entry.
     *
     * @throws RuntimeException if the bytes are not an entry of this layer
     */
    public Received read(byte[] entry) {
        if (entry.length <= ID_BYTES) {
            throw new ChannelsException(
                    "queue entry: %d bytes (expected: more than %d)".formatted(entry.length, ID_BYTES));
        }
        byte[] written = fernet.decrypt(Arrays.copyOfRange(entry, ID_BYTES, entry.length));
        Message message = codec.serializer().deserialize(written);
        if (message instanceof Broadcast) {
            MessageSerializer plain = isJson(written) ? DjangoSerializer.json() : DjangoSerializer.messagePack();
            return new Received(
                    message, channels(plain.deserialize(written).payload().path(CHANNELS)));
        }
        JsonNode named = message.payload().path(CHANNELS);
        if (named.isMissingNode()) {
            return new Received(message, List.of());
        }
        ObjectNode fields = ((ObjectNode) message.payload()).deepCopy();
        fields.remove(CHANNELS);
        return new Received(Message.of(message.type(), fields), channels(named));
    }

    private static List<String> channels(JsonNode named) {
        return named.isArray()
                ? named.valueStream().map(JsonNode::stringValue).toList()
                : named.isString() ? List.of(named.stringValue()) : List.of();
    }

    /** Returns the bytes that identify an entry. */
    public static byte[] id(byte[] entry) {
        return Arrays.copyOf(entry, ID_BYTES);
    }

    /**
     * Returns how often an entry was returned to its queue. To return an entry, this library replaces its first bytes with a marker and a
     * count.
     */
    public static int returns(byte[] entry) {
        boolean marked = Arrays.equals(entry, 0, RETURNED.length, RETURNED, 0, RETURNED.length);
        return marked ? ByteBuffer.wrap(entry).getShort(RETURNED.length) & 0xffff : 0;
    }
}
