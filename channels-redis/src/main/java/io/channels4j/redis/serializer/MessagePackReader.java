package io.channels4j.redis.serializer;

import io.channels4j.ChannelsException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one MessagePack value. Declared sizes are checked against the remaining bytes, and the nesting depth is bounded.
 */
final class MessagePackReader {

    private static final int MAX_DEPTH = 500;

    private final ByteBuffer in;
    private final JsonNodeFactory nodes;
    private int depth;

    MessagePackReader(byte[] bytes, JsonNodeFactory nodes) {
        this.in = ByteBuffer.wrap(bytes);
        this.nodes = nodes;
    }

    JsonNode read() {
        try {
            JsonNode value = value();
            if (in.hasRemaining()) {
                throw new ChannelsException("message: %d bytes after the MessagePack value".formatted(in.remaining()));
            }
            return value;
        } catch (BufferUnderflowException e) {
            throw new ChannelsException("message: %d bytes of truncated MessagePack".formatted(in.limit()), e);
        }
    }

    private JsonNode value() {
        int first = in.get() & 0xff;
        if (first <= 0x7f || first >= 0xe0) {
            return nodes.numberNode((byte) first);
        }
        return switch (first >> 4) {
            case 0x8 -> object(first & 0x0f);
            case 0x9 -> array(first & 0x0f);
            case 0xa, 0xb -> string(first & 0x1f);
            default -> marked(first);
        };
    }

    private JsonNode marked(int first) {
        return switch (first) {
            case 0xc0 -> nodes.nullNode();
            case 0xc2, 0xc3 -> nodes.booleanNode(first == 0xc3);
            case 0xc4 -> nodes.binaryNode(bytes(in.get() & 0xff));
            case 0xc5 -> nodes.binaryNode(bytes(in.getShort() & 0xffff));
            case 0xc6 -> nodes.binaryNode(bytes(in.getInt()));
            case 0xc7 -> extension(in.get() & 0xff);
            case 0xc8 -> extension(in.getShort() & 0xffff);
            case 0xc9 -> extension(in.getInt());
            case 0xca -> nodes.numberNode(in.getFloat());
            case 0xcb -> nodes.numberNode(in.getDouble());
            case 0xcc -> nodes.numberNode(in.get() & 0xff);
            case 0xcd -> nodes.numberNode(in.getShort() & 0xffff);
            case 0xce -> nodes.numberNode(in.getInt() & 0xffffffffL);
            case 0xcf -> nodes.numberNode(new BigInteger(1, bytes(Long.BYTES)));
            case 0xd0 -> nodes.numberNode(in.get());
            case 0xd1 -> nodes.numberNode(in.getShort());
            case 0xd2 -> nodes.numberNode(in.getInt());
            case 0xd3 -> nodes.numberNode(in.getLong());
            case 0xd9 -> string(in.get() & 0xff);
            case 0xda -> string(in.getShort() & 0xffff);
            case 0xdb -> string(in.getInt());
            case 0xdc -> array(in.getShort() & 0xffff);
            case 0xdd -> array(in.getInt());
            case 0xde -> object(in.getShort() & 0xffff);
            case 0xdf -> object(in.getInt());
            default -> throw new ChannelsException("message: unknown MessagePack type 0x%02x".formatted(first));
        };
    }

    private JsonNode extension(int length) {
        byte type = in.get();
        if (type != MessagePackWriter.NUMBER_AS_TEXT) {
            throw new ChannelsException("message: unknown MessagePack extension type %d".formatted(type));
        }
        String digits = new String(bytes(length), StandardCharsets.US_ASCII);
        try {
            boolean whole = digits.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
            return whole ? nodes.numberNode(new BigInteger(digits)) : nodes.numberNode(new BigDecimal(digits));
        } catch (NumberFormatException e) {
            throw new ChannelsException("message: MessagePack number of %d bytes".formatted(length), e);
        }
    }

    private JsonNode array(int size) {
        enter(size);
        ArrayNode array = nodes.arrayNode();
        for (int i = 0; i < size; i++) {
            array.add(value());
        }
        depth--;
        return array;
    }

    private JsonNode object(int size) {
        enter(size);
        ObjectNode object = nodes.objectNode();
        for (int i = 0; i < size; i++) {
            object.set(key(), value());
        }
        depth--;
        return object;
    }

    private String key() {
        JsonNode key = value();
        if (key.isContainer()) {
            throw new ChannelsException("message: MessagePack map with a key that is not a scalar");
        }
        return key.asString();
    }

    private void enter(int size) {
        if (size < 0 || size > in.remaining()) {
            throw new BufferUnderflowException();
        }
        if (++depth > MAX_DEPTH) {
            throw new ChannelsException("message: MessagePack nested more than %d levels deep".formatted(MAX_DEPTH));
        }
    }

    private JsonNode string(int length) {
        return nodes.stringNode(new String(bytes(length), StandardCharsets.UTF_8));
    }

    private byte[] bytes(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
