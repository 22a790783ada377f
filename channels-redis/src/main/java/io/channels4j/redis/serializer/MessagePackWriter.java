package io.channels4j.redis.serializer;

import io.channels4j.ChannelsException;
import io.channels4j.internal.StandardJson;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Writes MessagePack values, each in its shortest form. */
final class MessagePackWriter {

    private ByteBuffer out = ByteBuffer.allocate(256);

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

    /** Writes a size: in the type byte if it is small, otherwise in the 16 or 32 bits that follow. */
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
        } else {
            room(9).put((byte) 0xcb).putDouble(exactDouble(number));
        }
    }

    private void integral(JsonNode number) {
        if (number.canConvertToLong()) {
            integer(number.longValue());
        } else if (number.bigIntegerValue().signum() > 0
                && number.bigIntegerValue().bitLength() == Long.SIZE) {
            room(9).put((byte) 0xcf).putLong(number.bigIntegerValue().longValue());
        } else {
            throw unwritable(number);
        }
    }

    private static double exactDouble(JsonNode number) {
        double value = number.doubleValue();
        boolean exact = !number.isBigDecimal()
                || Double.isFinite(value) && BigDecimal.valueOf(value).compareTo(number.decimalValue()) == 0;
        if (!exact) {
            throw unwritable(number);
        }
        return value;
    }

    private static ChannelsException unwritable(JsonNode number) {
        return new ChannelsException(
                "message: the number %s cannot be written as MessagePack (expected: 64 bits, or JSON as the serializer)"
                        .formatted(number));
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
