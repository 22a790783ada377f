package io.channels4j;

import io.channels4j.internal.LatestKey;
import io.channels4j.internal.RetainedSize;
import io.channels4j.internal.SharedEvents;
import io.channels4j.internal.StandardJson;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * payloads are equal as JSON, also if they differ in the marks {@link #latest} and {@link #ephemeral}.
 *
 * <p>Receivers in the same process share one object. A payload must not change once it is in a message. The library's
 * own JSON mapper converts payloads, so messages do not depend on the application's JSON settings.
 *
 * <p><b>Threads.</b> Immutable and thread-safe.
 */
@SuppressWarnings("exports") // the base class is internal: only the library uses it, to share events
public sealed class Message extends SharedEvents permits Broadcast {

    /** The maximum length of a key, in characters. */
    private static final int MAX_KEY = 255;

    private static final JsonMapper MAPPER = StandardJson.MAPPER;

    /**
     * The estimated memory, in bytes, of a queued message without its payload. It covers the message object, its
     * footprint and its queue entries.
     */
    static final int OVERHEAD_BYTES = 160;

    private final String type;
    private final Object payload;
    private final boolean ephemeral;

    /** A payload that was bound to a generic type. */
    private record Generic(Type type, Object value) {}

    /** The payload as JSON, created on first use. Concurrent callers may each create it, with equal results. */
    private volatile @Nullable JsonNode json;

    /** The object to which the payload was last bound. The members of a group usually bind it to the same class. */
    private volatile @Nullable Object bound;

    Message(String type, Object payload) {
        this(type, payload, null, false);
    }

    Message(String type, Object payload, @Nullable LatestKey latestKey, boolean ephemeral) {
        super(latestKey);
        if (type.isEmpty()) {
            throw new IllegalArgumentException("message type: \"\" (expected: a name such as \"chat.message\")");
        }
        this.type = type;
        this.payload = payload;
        this.ephemeral = ephemeral;
    }

    /** Returns a copy with other marks, which shares the payload. */
    Message marked(@Nullable LatestKey latestKey, boolean isEphemeral) {
        Message copy = new Message(type, payload, latestKey, isEphemeral);
        copy.json = json;
        copy.bound = bound;
        return copy;
    }

    @Override
    protected final Message sentTo(String target, String name) {
        return marked(new LatestKey(target, name), ephemeral);
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
        return new Message(type, Collections.unmodifiableMap(fields), latestKey(this), ephemeral);
    }

    /**
     * Returns a copy of this message of which only the latest matters, such as a price or the position of a cursor. While it waits for
     * a receiver, a newer message with the same key replaces it:
     *
     * <ul>
     *   <li>A key belongs to one group, or to one channel for direct messages. Messages of different types may share a key.
     *   <li>Messages wait for a consumer's callbacks. Broadcasts also wait for a slow peer. They do not wait in a worker's queue, in
     *       {@link io.channels4j.layer.ChannelLayer#receive} and on the way to other processes, so nothing is replaced there.
     *   <li>The newer message takes the place of the older one. However, if another message without a key was sent between them, the
     *       newer one goes to the end. It therefore never overtakes a message without a key. Messages with different keys may change
     *       their order.
     *   <li>A replaced message is counted as conflated, not as dropped. It causes no gap message.
     * </ul>
     *
     * <p>The key is sent to other processes. Layers for Django do not send it.
     *
     * @param key the key, such as {@code "cursor:" + user}; 1 to 255 characters
     * @return the new message
     */
    public Message latest(String key) {
        return marked(new LatestKey("", requireKey(key)), ephemeral);
    }

    /** Returns the key if it is valid. */
    static String requireKey(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException(
                    "latest key: %d characters (expected: 1 to %d)".formatted(key.length(), MAX_KEY));
        }
        return key;
    }

    static boolean isKey(String key) {
        return !key.isEmpty() && key.length() <= MAX_KEY;
    }

    /**
     * Returns the key of which only the latest message matters; see {@link #latest}.
     *
     * @return the key, or empty if this message replaces no other
     */
    public final Optional<String> latestKey() {
        return Optional.ofNullable(latestKey(this)).map(LatestKey::name);
    }

    /**
     * Returns a copy of this message that is never kept in a history, such as a notification that a user is typing. The mark is sent to
     * other processes, except by layers for Django.
     *
     * @return the new message
     */
    public Message ephemeral() {
        return marked(latestKey(this), true);
    }

    /**
     * Returns whether this message is never kept in a history; see {@link #ephemeral}.
     *
     * @return true if it is ephemeral
     */
    public final boolean isEphemeral() {
        return ephemeral;
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
        return MessageJson.write(this);
    }

    /**
     * Parses a message written by {@link #toJson()}.
     *
     * @param utf8 the bytes
     * @return the message
     * @throws ChannelsException if the bytes are not such a message
     */
    public static Message fromJson(byte[] utf8) {
        return MessageJson.read(utf8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Message that
                && type.equals(that.type)
                && (payload == that.payload || MessageJson.areEqual(payload(), that.payload()));
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
