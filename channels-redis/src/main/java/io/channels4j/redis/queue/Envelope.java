package io.channels4j.redis.queue;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.redis.wire.MessageCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a process writes into an inbox or a queue.
 *
 * @param kind what it is for
 * @param name the channel or group
 * @param channel the channel that is to join or leave the group, or empty
 * @param from the process that waits for an answer, or empty
 * @param id what the answer is known by
 * @param except channels that do not get the message
 * @param message the message, or null
 */
record Envelope(
        Kind kind,
        String name,
        String channel,
        String from,
        long id,
        Set<String> except,
        @Nullable Message message) {

    enum Kind {
        CHANNEL(0),
        GROUP(1),
        JOIN(2),
        LEAVE(3),
        ANSWER(4);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        static Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new ChannelsException("message: an envelope of kind %d".formatted(code));
        }
    }

    private static final byte VERSION = 1;

    static Envelope toChannel(String channel, Message message) {
        return new Envelope(Kind.CHANNEL, channel, "", "", 0, Set.of(), message);
    }

    static Envelope toGroup(String group, Message message, Set<String> except) {
        return new Envelope(Kind.GROUP, group, "", "", 0, except, message);
    }

    static Envelope request(Kind kind, String group, String channel, String from, long id) {
        return new Envelope(kind, group, channel, from, id, Set.of(), null);
    }

    static Envelope answer(long id) {
        return new Envelope(Kind.ANSWER, "", "", "", id, Set.of(), null);
    }

    byte[] encode(MessageCodec codec) {
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
        return codec.seal().seal(out.put(body).array());
    }

    static Envelope decode(byte[] sealed, MessageCodec codec) {
        ByteBuffer in = ByteBuffer.wrap(codec.seal().open(sealed));
        try {
            return read(in, codec);
        } catch (BufferUnderflowException e) {
            throw new ChannelsException("message: %d bytes that are no envelope".formatted(in.limit()), e);
        }
    }

    private static Envelope read(ByteBuffer in, MessageCodec codec) {
        byte version = in.get();
        if (version != VERSION) {
            throw new ChannelsException(
                    "message: an envelope of version %d (expected: %d)".formatted(version, VERSION));
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
        Message message = body.length == 0 ? null : codec.serializer().deserialize(body);
        return new Envelope(kind, name, channel, from, id, except, message);
    }

    /** Returns the name alone, which tells where a delayed message is to go. */
    static String nameOf(byte[] sealed, MessageCodec codec) {
        ByteBuffer in = ByteBuffer.wrap(codec.seal().open(sealed)).position(2);
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
