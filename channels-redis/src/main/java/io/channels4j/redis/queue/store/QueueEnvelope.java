package io.channels4j.redis.queue.store;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.WorkFormat;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entry of an inbox or a work queue. It is a message, a request to another process, or the answer to a request.
 *
 * @param kind the kind of envelope
 * @param name the channel or group
 * @param channel the channel that joins or leaves the group, or empty
 * @param from the process that waits for an answer, or empty
 * @param id the number that correlates an answer with its request
 * @param except channels that do not receive the message
 * @param message the message, or null
 */
public record QueueEnvelope(
        Kind kind,
        String name,
        String channel,
        String from,
        long id,
        Set<String> except,
        @Nullable Message message) {

    /** The kinds of envelopes, with their codes on the wire. */
    public enum Kind {
        CHANNEL(0),
        GROUP(1),
        JOIN(2),
        LEAVE(3),
        ANSWER(4);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        private static Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new UnknownKindException(code);
        }
    }

    /** An envelope has a kind that was added by a later version. Such an envelope contains no message for a group or a channel. */
    public static final class UnknownKindException extends ChannelsException {

        private static final long serialVersionUID = 1L;

        private UnknownKindException(byte code) {
            super("envelope: unknown kind %d".formatted(code));
        }
    }

    /** The serializer of this process cannot read a message. The rest of its envelope was read. */
    public static final class UnreadableMessageException extends ChannelsException {

        private static final long serialVersionUID = 1L;

        private final Kind kind;
        private final String name;

        private UnreadableMessageException(Kind kind, String name, Throwable cause) {
            super("message to %s: the serializer cannot read it".formatted(name), cause);
            this.kind = kind;
            this.name = name;
        }

        /** Returns the kind of the envelope. */
        public Kind kind() {
            return kind;
        }

        /** Returns the channel or group. */
        public String name() {
            return name;
        }
    }

    /**
     * The encryption purpose of envelopes. An envelope names its destination, so a copy in another inbox or queue is not delivered
     * elsewhere.
     */
    private static final String PURPOSE = "envelope";

    private static final byte VERSION = WorkFormat.VERSION;

    /** Returns an envelope for a message to a channel. */
    public static QueueEnvelope toChannel(String channel, Message message) {
        return new QueueEnvelope(Kind.CHANNEL, channel, "", "", 0, Set.of(), message);
    }

    /** Returns an envelope for a message to a group. */
    public static QueueEnvelope toGroup(String group, Message message, Set<String> except) {
        return new QueueEnvelope(Kind.GROUP, group, "", "", 0, except, message);
    }

    /** Returns a request to another process to change the groups of one of its channels. */
    public static QueueEnvelope request(Kind kind, String group, String channel, String from, long id) {
        return new QueueEnvelope(kind, group, channel, from, id, Set.of(), null);
    }

    /** Returns the answer to a request. */
    public static QueueEnvelope answer(long id) {
        return new QueueEnvelope(Kind.ANSWER, "", "", "", id, Set.of(), null);
    }

    /** Encodes and encrypts this envelope. */
    public byte[] encode(MessageCodec codec) {
        byte[] body = message == null ? new byte[0] : codec.write(message);
        int size = 2 + size(name) + size(channel) + size(from) + Long.BYTES + Integer.BYTES + body.length;
        for (String one : except) {
            size += size(one);
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(VERSION).put(kind.code);
        put(out, name);
        put(out, channel);
        put(out, from);
        out.putLong(id).putInt(except.size());
        except.forEach(one -> put(out, one));
        return codec.seal().seal(out.put(body).array(), PURPOSE, "");
    }

    /**
     * Decrypts and decodes an envelope.
     *
     * @throws UnknownKindException if the envelope has a later version's kind
     * @throws UnreadableMessageException if only the message cannot be read
     * @throws ChannelsException if the bytes cannot be decrypted, or are not an envelope of this version
     */
    public static QueueEnvelope decode(byte[] sealed, MessageCodec codec) {
        ByteBuffer in = ByteBuffer.wrap(codec.seal().open(sealed, PURPOSE, ""));
        try {
            return read(in, codec);
        } catch (BufferUnderflowException e) {
            throw new ChannelsException("envelope: %d bytes are truncated".formatted(in.limit()), e);
        }
    }

    private static QueueEnvelope read(ByteBuffer in, MessageCodec codec) {
        byte version = in.get();
        if (version != VERSION) {
            throw new ChannelsException("envelope: version %d (expected: %d)".formatted(version, VERSION));
        }
        Kind kind = Kind.of(in.get());
        String name = text(in);
        String channel = text(in);
        String from = text(in);
        long id = in.getLong();
        int count = in.getInt();
        Set<String> except = count == 0 ? Set.of() : new HashSet<>();
        for (int i = 0; i < count; i++) {
            except.add(text(in));
        }
        byte[] body = new byte[in.remaining()];
        in.get(body);
        Message message = body.length == 0 ? null : message(kind, name, body, codec);
        return new QueueEnvelope(kind, name, channel, from, id, except, message);
    }

    private static Message message(Kind kind, String name, byte[] body, MessageCodec codec) {
        try {
            return codec.serializer().deserialize(body);
        } catch (RuntimeException e) {
            throw new UnreadableMessageException(kind, name, e);
        }
    }

    /** Returns the name in an encoded envelope, which is the destination of a delayed message. */
    public static String nameOf(byte[] sealed, MessageCodec codec) {
        ByteBuffer in = ByteBuffer.wrap(codec.seal().open(sealed, PURPOSE, "")).position(2);
        return text(in);
    }

    private static int size(String text) {
        return Short.BYTES + text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void put(ByteBuffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.putShort((short) utf8.length).put(utf8);
    }

    private static String text(ByteBuffer in) {
        byte[] utf8 = new byte[in.getShort() & 0xffff];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
