package io.channels4j.redis.serializer;

import io.channels4j.ChannelsException;
import io.channels4j.internal.StandardJson;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Writes MessagePack values. Integers, strings and the headers of binary data, arrays and maps are written in their shortest form.
 *
 * <p>MessagePack supports only integers of up to 64 bits and binary floating-point numbers. An {@link #exact} writer writes other numbers
 * in an extension type, as text with all digits. A {@link #portable} writer rounds decimals to a {@code double} and, like Python, rejects
 * integers of more than 64 bits.
 */
final class MessagePackWriter {

    /** The extension type of a number as decimal text in ASCII. */
    static final byte NUMBER_AS_TEXT = 1;

    private final boolean exact;
    private ByteBuffer out = ByteBuffer.allocate(256);

    private MessagePackWriter(boolean exact) {
        this.exact = exact;
    }

    static MessagePackWriter exact() {
        return new MessagePackWriter(true);
    }

    static MessagePackWriter portable() {
        return new MessagePackWriter(false);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(out.array(), out.position());
    }

    void node(JsonNode node) {
        switch (node.getNodeType()) {
            case NULL, MISSING -> room(1).put((byte) 0xc0);
            case BOOLEAN -> room(1).put((byte) (node.booleanValue() ? 0xc3 : 0xc2));
            case NUMBER -> number(node);
            case STRING -> string(node.stringValue());
            case BINARY -> binary(node.binaryValue());
            case ARRAY -> array(node);
            case OBJECT -> object(node);
            case POJO -> node(StandardJson.MAPPER.readTree(StandardJson.MAPPER.writeValueAsBytes(node)));
        }
    }

    private void array(JsonNode array) {
        header(array.size(), 0x90, 15, 0xdc);
        for (JsonNode element : array) {
            node(element);
        }
    }

    private void object(JsonNode object) {
        mapHeader(object.size());
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            string(field.getKey());
            node(field.getValue());
        }
    }

    void mapHeader(int size) {
        header(size, 0x80, 15, 0xde);
    }

    /** Writes a small size in the type byte, and a larger one in the 16 or 32 bits that follow. */
    private void header(int size, int small, int smallest, int in16Bits) {
        if (size <= smallest) {
            room(1).put((byte) (small | size));
        } else if (size <= 0xffff) {
            room(3).put((byte) in16Bits).putShort((short) size);
        } else {
            room(5).put((byte) (in16Bits + 1)).putInt(size);
        }
    }

    void string(String text) {
        utf8(text.getBytes(StandardCharsets.UTF_8));
    }

    void utf8(byte[] utf8) {
        if (utf8.length > 31 && utf8.length <= 0xff) {
            room(2).put((byte) 0xd9).put((byte) utf8.length);
        } else {
            header(utf8.length, 0xa0, 31, 0xda);
        }
        room(utf8.length).put(utf8);
    }

    void binary(byte[] bytes) {
        if (bytes.length <= 0xff) {
            room(2).put((byte) 0xc4).put((byte) bytes.length);
        } else {
            header(bytes.length, 0, -1, 0xc5);
        }
        room(bytes.length).put(bytes);
    }

    private void number(JsonNode number) {
        if (number.isIntegralNumber()) {
            integral(number);
        } else if (number.isFloat()) {
            room(5).put((byte) 0xca).putFloat(number.floatValue());
        } else if (number.isBigDecimal()) {
            decimal(number.decimalValue());
        } else {
            room(9).put((byte) 0xcb).putDouble(number.doubleValue());
        }
    }

    private void decimal(BigDecimal number) {
        double rounded = number.doubleValue(); // infinite beyond the range of a double, as in Python
        boolean isEqual =
                Double.isFinite(rounded) && BigDecimal.valueOf(rounded).compareTo(number) == 0;
        if (exact && !isEqual) {
            numberAsText(number.toString());
        } else {
            room(9).put((byte) 0xcb).putDouble(rounded);
        }
    }

    private void integral(JsonNode number) {
        if (number.canConvertToLong()) {
            integer(number.longValue());
        } else if (number.bigIntegerValue().signum() > 0
                && number.bigIntegerValue().bitLength() == Long.SIZE) {
            room(9).put((byte) 0xcf).putLong(number.bigIntegerValue().longValue());
        } else if (exact) {
            numberAsText(number.bigIntegerValue().toString());
        } else {
            throw new ChannelsException(
                    "message: integer %s (expected: at most 64 bits, which MessagePack and Python's msgpack support; send longer ones as text)"
                            .formatted(number));
        }
    }

    private void numberAsText(String digits) {
        byte[] ascii = digits.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length <= 0xff) {
            room(2).put((byte) 0xc7).put((byte) ascii.length);
        } else {
            header(ascii.length, 0, -1, 0xc8);
        }
        room(1 + ascii.length).put(NUMBER_AS_TEXT).put(ascii);
    }

    /** Writes non-negative numbers as unsigned integers, which need fewer bytes for half of the values. */
    private void integer(long value) {
        if (value >= -32 && value <= 127) {
            room(1).put((byte) value);
        } else if (value >= 0) {
            unsigned(value);
        } else if (value == (byte) value) {
            room(2).put((byte) 0xd0).put((byte) value);
        } else if (value == (short) value) {
            room(3).put((byte) 0xd1).putShort((short) value);
        } else if (value == (int) value) {
            room(5).put((byte) 0xd2).putInt((int) value);
        } else {
            room(9).put((byte) 0xd3).putLong(value);
        }
    }

    private void unsigned(long value) {
        if (value <= 0xff) {
            room(2).put((byte) 0xcc).put((byte) value);
        } else if (value <= 0xffff) {
            room(3).put((byte) 0xcd).putShort((short) value);
        } else if (value <= 0xffffffffL) {
            room(5).put((byte) 0xce).putInt((int) value);
        } else {
            room(9).put((byte) 0xcf).putLong(value);
        }
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            int needed = Math.addExact(out.position(), bytes);
            int size = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * out.capacity(), needed));
            out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).position(out.position());
        }
        return out;
    }
}
