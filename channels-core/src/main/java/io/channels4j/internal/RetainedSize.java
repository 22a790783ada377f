package io.channels4j.internal;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Estimates how much heap a value retains. The estimate is based on its characters, bytes and numbers, and an overhead
 * per object. A value that is not a map, collection, JSON node, array or simple value is converted to a JSON tree. The
 * tree is measured and discarded.
 */
public final class RetainedSize {

    private static final int OBJECT = 16;
    private static final int TEXT = 56;
    private static final int NUMBER = 24;
    private static final int CONTAINER = 64;
    private static final int ENTRY = 48;
    private static final int REFERENCE = 8;
    private static final int UNKNOWN = 1024;

    /** Limits the recursion, because a value may contain itself. */
    private static final int MAX_DEPTH = 500;

    private static final int MAX_VALUES = 1_000_000;
    private static final int LATIN_1 = 0xFF;

    private int values;

    private RetainedSize() {}

    /**
     * Returns the estimate for a value. This method may call the value's getters.
     *
     * @param value the value
     * @return the number of bytes
     */
    public static long of(@Nullable Object value) {
        try {
            return new RetainedSize().measure(value, 0);
        } catch (RuntimeException changedMeanwhile) {
            return UNKNOWN;
        }
    }

    private long measure(@Nullable Object value, int depth) {
        if (value == null || depth > MAX_DEPTH || ++values > MAX_VALUES) {
            return 0;
        }
        if (value instanceof CharSequence text) {
            return ofText(text);
        }
        if (value instanceof JsonNode node) {
            return ofNode(node, depth);
        }
        if (value instanceof Number number) {
            return ofNumber(number);
        }
        if (value instanceof Boolean || value instanceof Enum<?>) {
            return 0; // shared instances
        }
        if (value instanceof Map<?, ?> map) {
            long size = CONTAINER;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                size += ENTRY + measure(entry.getKey(), depth + 1) + measure(entry.getValue(), depth + 1);
            }
            return size;
        }
        if (value instanceof Collection<?> elements) {
            return ofAll(elements, depth);
        }
        return value.getClass().isArray() ? ofArray(value, depth) : ofOther(value, depth);
    }

    private long ofAll(Iterable<?> elements, int depth) {
        long size = CONTAINER;
        for (Object element : elements) {
            size += REFERENCE + measure(element, depth + 1);
        }
        return size;
    }

    private static long ofText(CharSequence text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) > LATIN_1) {
                return TEXT + 2L * length;
            }
        }
        return TEXT + (long) length;
    }

    private static long ofNumber(Number number) {
        if (number instanceof BigInteger integer) {
            return (long) NUMBER + CONTAINER + integer.bitLength() / Byte.SIZE;
        }
        if (number instanceof BigDecimal decimal) {
            return (long) NUMBER + CONTAINER + decimal.unscaledValue().bitLength() / Byte.SIZE;
        }
        return NUMBER;
    }

    private long ofNode(JsonNode node, int depth) {
        if (node.isObject()) {
            long size = CONTAINER;
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                size += ENTRY + ofText(field.getKey()) + measure(field.getValue(), depth + 1);
            }
            return size;
        }
        if (node.isArray()) {
            return ofAll(node, depth);
        }
        if (node.isString()) {
            return OBJECT + ofText(node.stringValue());
        }
        if (node.isBinary()) {
            return 2L * OBJECT + node.binaryValue().length;
        }
        return node.isNumber() ? OBJECT + ofNumber(node.numberValue()) : 0;
    }

    private long ofArray(Object array, int depth) {
        int length = Array.getLength(array);
        Class<?> type = array.getClass().getComponentType();
        if (!type.isPrimitive()) {
            long size = OBJECT;
            for (int i = 0; i < length; i++) {
                size += REFERENCE + measure(Array.get(array, i), depth + 1);
            }
            return size;
        }
        if (type == byte.class || type == boolean.class) {
            return OBJECT + (long) length;
        }
        return OBJECT + (type == char.class || type == short.class ? 2L : 8L) * length;
    }

    private long ofOther(Object value, int depth) {
        try {
            return OBJECT + ofNode(StandardJson.MAPPER.valueToTree(value), depth);
        } catch (RuntimeException | StackOverflowError unwritable) {
            return UNKNOWN; // no layer can serialize the value, so it stays in this process
        }
    }
}
