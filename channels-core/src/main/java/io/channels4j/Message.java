package io.channels4j;

import io.channels4j.internal.RetainedSize;
import io.channels4j.internal.SharedEvents;
import io.channels4j.internal.StandardJson;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message in a channel layer: a type, which selects the handler, and a payload.
 *
 * <p>The payload is a set of named fields, or any object that Jackson can write. Two messages are equal if their types are equal and their
 * payloads are equal as JSON.
 *
 * <p>Receivers in the same process share one object. A payload must not change once it is in a message. The library's
 * own JSON mapper converts payloads, so messages do not depend on the application's JSON settings.
 *
 * <p><b>Threads.</b> Immutable and thread-safe.
 */
@SuppressWarnings("exports") // the base class is internal: only the library uses it, to share events
public sealed class Message extends SharedEvents permits Broadcast {

    private static final String TYPE = "type";
    private static final String PAYLOAD = "payload";

    private static final JsonMapper MAPPER = StandardJson.MAPPER;

    /**
     * The estimated memory, in bytes, of a queued message without its payload. It covers the message object, its
     * footprint and its queue entries.
     */
    static final int OVERHEAD_BYTES = 160;

    private final String type;
    private final Object payload;

    /** A payload that was bound to a generic type. */
    private record Generic(Type type, Object value) {}

    /** The payload as JSON, created on first use. Concurrent callers may each create it, with equal results. */
    private volatile @Nullable JsonNode json;

    /** The object to which the payload was last bound. The members of a group usually bind it to the same class. */
    private volatile @Nullable Object bound;

    Message(String type, Object payload) {
        if (type.isEmpty()) {
            throw new IllegalArgumentException("message type: \"\" (expected: a name such as \"chat.message\")");
        }
        this.type = type;
        this.payload = payload;
    }

    /**
     * Returns a message without fields.
     *
     * @param type the type, such as {@code "chat.message"}, not empty
     * @return the message
     */
    public static Message of(String type) {
        return new Message(type, Map.of());
    }

    /**
     * Returns a message whose payload is an object, such as a record.
     *
     * @param type the type, not empty
     * @param payload an object that Jackson can write. It must not change afterwards.
     * @return the message
     */
    public static Message of(String type, Object payload) {
        return new Message(type, payload);
    }

    /**
     * Returns a copy of this message with one more field. An existing field with the same name is replaced.
     *
     * @param name the field's name
     * @param value a value that Jackson can write, or null
     * @return the new message
     * @throws ChannelsException if the payload is not a set of named fields
     */
    public Message with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (payload instanceof Map<?, ?> map) {
            map.forEach((key, old) -> fields.put(String.valueOf(key), old));
        } else if (payload() instanceof ObjectNode object) {
            object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        } else {
            throw new ChannelsException(
                    "message %s: the payload is not a JSON object, field \"%s\" cannot be added".formatted(type, name));
        }
        fields.put(name, value);
        return new Message(type, Collections.unmodifiableMap(fields));
    }

    /**
     * Returns the type, which selects the handler.
     *
     * @return the type
     */
    public String type() {
        return type;
    }

    /**
     * Returns the payload as JSON.
     *
     * @return the payload, which is cached. The caller must not change it.
     * @throws ChannelsException if Jackson cannot write the payload
     */
    public JsonNode payload() {
        JsonNode tree = json;
        if (tree == null) {
            tree = payload instanceof JsonNode node ? node : toTree();
            json = tree;
        }
        return tree;
    }

    /**
     * Returns true if the payload has a field with the given name.
     *
     * @param name the field's name
     * @return true if there is such a field, even if its value is null
     */
    public boolean has(String name) {
        return payload().has(name);
    }

    /**
     * Returns a field as text.
     *
     * @param name the field's name
     * @return the text
     * @throws ChannelsException if there is no such field or it is not text
     */
    public String getString(String name) {
        JsonNode field = require(name);
        if (!field.isString()) {
            throw wrongKind(name, field, "text");
        }
        return field.stringValue();
    }

    /**
     * Returns a field as a 32-bit integer.
     *
     * @param name the field's name
     * @return the number
     * @throws ChannelsException if there is no such field or it is not a 32-bit integer
     */
    public int getInt(String name) {
        JsonNode field = require(name);
        if (!field.canConvertToInt() || !field.isIntegralNumber()) {
            throw wrongKind(name, field, "a whole number of 32 bits");
        }
        return field.intValue();
    }

    /**
     * Returns a field as a 64-bit integer.
     *
     * @param name the field's name
     * @return the number
     * @throws ChannelsException if there is no such field or it is not a 64-bit integer
     */
    public long getLong(String name) {
        JsonNode field = require(name);
        if (!field.canConvertToLong() || !field.isIntegralNumber()) {
            throw wrongKind(name, field, "a whole number of 64 bits");
        }
        return field.longValue();
    }

    /**
     * Returns a field as a number.
     *
     * @param name the field's name
     * @return the number
     * @throws ChannelsException if there is no such field or it is not a number
     */
    public double getDouble(String name) {
        JsonNode field = require(name);
        if (!field.isNumber()) {
            throw wrongKind(name, field, "a number");
        }
        return field.doubleValue();
    }

    /**
     * Returns a field as a boolean.
     *
     * @param name the field's name
     * @return the value
     * @throws ChannelsException if there is no such field or it is not a boolean
     */
    public boolean getBoolean(String name) {
        JsonNode field = require(name);
        if (!field.isBoolean()) {
            throw wrongKind(name, field, "true or false");
        }
        return field.booleanValue();
    }

    /**
     * Returns the payload bound to a class. The object is cached, so consecutive calls with the same class usually return the same object.
     *
     * @param target the class, such as a record
     * @param <T> the class
     * @return the payload
     * @throws ChannelsException if the payload cannot be bound to the class
     */
    public <T> T as(Class<T> target) {
        if (target.isInstance(payload)) {
            return target.cast(payload);
        }
        Object last = bound;
        if (target.isInstance(last)) {
            return target.cast(last);
        }
        T made = target.cast(bind(MAPPER.constructType(target)));
        bound = made;
        return made;
    }

    /** Binds the JSON form of the payload. Receivers in all processes therefore get equal objects. */
    @Override
    protected final Object bindTo(Type target) {
        Object last = bound;
        if (last instanceof Generic generic && generic.type().equals(target)) {
            return generic.value();
        }
        Object made = bind(MAPPER.constructType(target));
        bound = new Generic(target, made);
        return made;
    }

    @Override
    protected long measure() {
        return OVERHEAD_BYTES + RetainedSize.of(payload) + treeBytes();
    }

    /** Returns the size of the JSON tree. Returns 0 if there is none, or if the payload itself is the tree. */
    final long treeBytes() {
        JsonNode tree = json;
        return tree == null || tree == payload ? 0 : RetainedSize.of(tree);
    }

    @Override
    protected final boolean owns(Object value) {
        return value == this
                || value == payload
                || value == bound
                || value == json
                || bound instanceof Generic generic && generic.value() == value;
    }

    private Object bind(JavaType target) {
        try {
            return Objects.requireNonNull(MAPPER.treeToValue(payload(), target));
        } catch (JacksonException | NullPointerException e) {
            throw new ChannelsException(
                    "message %s: payload does not fit %s%s"
                            .formatted(type, target.getRawClass().getName(), field(e)),
                    e);
        }
    }

    /** Returns the path of the field that could not be bound. Its value is omitted, because it may be secret. */
    private static String field(RuntimeException e) {
        if (!(e instanceof JacksonException json) || json.getPath().isEmpty()) {
            return "";
        }
        return json.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining(".", " (field ", ")"));
    }

    private JsonNode toTree() {
        try {
            return MAPPER.valueToTree(payload);
        } catch (JacksonException | StackOverflowError e) {
            throw new ChannelsException(
                    "message %s: payload of class %s cannot be written as JSON"
                            .formatted(type, payload.getClass().getName()),
                    e);
        }
    }

    private JsonNode require(String name) {
        JsonNode field = payload().get(name);
        if (field == null) {
            throw new ChannelsException("message %s: no field \"%s\" (fields: %s)"
                    .formatted(type, name, String.join(", ", payload().propertyNames())));
        }
        return field;
    }

    private ChannelsException wrongKind(String name, JsonNode field, String expected) {
        return new ChannelsException(
                "message %s, field %s: a JSON %s (expected: %s)".formatted(type, name, field.getNodeType(), expected));
    }

    /**
     * Returns this message as JSON: an object with {@code type} and {@code payload}.
     *
     * @return the bytes, in UTF-8
     * @throws ChannelsException if Jackson cannot write the payload
     */
    public final byte[] toJson() {
        ObjectNode object = MAPPER.createObjectNode();
        object.put(TYPE, type);
        object.set(PAYLOAD, payload());
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (JacksonException | StackOverflowError e) {
            throw new ChannelsException("message %s: payload cannot be written as JSON".formatted(type), e);
        }
    }

    /**
     * Parses a message written by {@link #toJson()}.
     *
     * @param utf8 the bytes
     * @return the message
     * @throws ChannelsException if the bytes are not such a message
     */
    public static Message fromJson(byte[] utf8) {
        try {
            JsonNode object = MAPPER.readTree(utf8);
            JsonNode type = object.path(TYPE);
            JsonNode payload = object.path(PAYLOAD);
            if (type.isString() && !type.stringValue().isEmpty() && !payload.isMissingNode()) {
                return Broadcast.TYPE.equals(type.stringValue())
                        ? Broadcast.fromPayload(payload)
                        : new Message(type.stringValue(), payload);
            }
        } catch (JacksonException e) {
            throw new ChannelsException("message: %d bytes that are not JSON".formatted(utf8.length), e);
        }
        throw new ChannelsException("message: JSON without type and payload");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message that
                && type.equals(that.type)
                && (payload == that.payload || asJson().equals(Message::compare, that.asJson()));
    }

    /**
     * Returns 0 if two JSON values are equal. Decimals are compared by value, because serializers may write the same
     * number as 1E16 or 1.0E16.
     */
    private static int compare(JsonNode one, JsonNode other) {
        boolean equal = one.isFloatingPointNumber() && other.isFloatingPointNumber()
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
        return equal ? 0 : 1;
    }

    /**
     * Returns the payload parsed from its own JSON text. A number in a record is then equal to the same number received
     * from another process.
     */
    private JsonNode asJson() {
        return MAPPER.readTree(MAPPER.writeValueAsBytes(payload()));
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    /** Returns only the type, because payloads may be secret. */
    @Override
    public String toString() {
        return "Message[" + type + "]";
    }
}
