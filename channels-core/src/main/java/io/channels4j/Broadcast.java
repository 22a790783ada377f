package io.channels4j;

import com.fasterxml.jackson.annotation.JsonValue;
import io.channels4j.internal.LatestKey;
import io.channels4j.internal.StandardJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message that is sent directly to each group member's client, without calling a handler. A WebSocket client receives it as a
 * message, an SSE client as an event. The message is encoded once per process, regardless of the number of members.
 *
 * <p>A broadcast is delivered in order with the receiver's other messages. It is dropped if the connection cannot send
 * it. For example, the WebSocket may not have been accepted yet.
 *
 * <p><b>Threads.</b> Immutable and thread-safe.
 */
public final class Broadcast extends Message {

    static final String TYPE = "channels.broadcast";

    private static final String TEXT = "text";
    private static final String BYTES = "bytes";

    private final byte[] bytes;
    private final boolean text;

    private Broadcast(byte[] bytes, boolean text, Object payload) {
        this(bytes, text, payload, null, false);
    }

    private Broadcast(byte[] bytes, boolean text, Object payload, @Nullable LatestKey latestKey, boolean isEphemeral) {
        super(TYPE, payload, latestKey, isEphemeral);
        this.bytes = bytes;
        this.text = text;
    }

    @Override
    Broadcast marked(@Nullable LatestKey latestKey, boolean isEphemeral) {
        Map<String, Object> payload = text ? Map.of(TEXT, new Utf8Text(bytes)) : Map.of(BYTES, bytes);
        return new Broadcast(bytes, text, payload, latestKey, isEphemeral);
    }

    /**
     * Returns a copy of this broadcast of which only the latest matters; see {@link Message#latest}.
     *
     * @param key the key; 1 to 255 characters
     * @return the new broadcast
     */
    @Override
    public Broadcast latest(String key) {
        return marked(new LatestKey("", requireKey(key)), isEphemeral());
    }

    /**
     * Returns a copy of this broadcast that is never kept in a history.
     *
     * @return the new broadcast
     */
    @Override
    public Broadcast ephemeral() {
        return marked(latestKey(this), true);
    }

    /**
     * Returns a text broadcast.
     *
     * @param text the text
     * @return the broadcast
     */
    public static Broadcast text(String text) {
        return ofUtf8(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns a text broadcast that contains an object as JSON, written with the library's mapper. To use the server's
     * mapper in a consumer, pass {@code scope().jsonMapper()} to {@link #json(Object, JsonMapper)}.
     *
     * @param value the object
     * @return the broadcast
     * @throws ChannelsException if Jackson cannot write the object
     */
    public static Broadcast json(Object value) {
        return json(value, StandardJson.MAPPER);
    }

    /**
     * Returns a text broadcast that contains an object as JSON, written with the given mapper.
     *
     * @param value the object
     * @param mapper the mapper, such as {@link Scope#jsonMapper()}
     * @return the broadcast
     * @throws ChannelsException if Jackson cannot write the object
     */
    public static Broadcast json(Object value, JsonMapper mapper) {
        try {
            return ofUtf8(mapper.writeValueAsBytes(value));
        } catch (JacksonException e) {
            throw new ChannelsException(
                    "broadcast: a %s cannot be written as JSON"
                            .formatted(value.getClass().getName()),
                    e);
        }
    }

    private static Broadcast ofUtf8(byte[] utf8) {
        return new Broadcast(utf8, true, Map.of(TEXT, new Utf8Text(utf8)));
    }

    /**
     * Returns a binary broadcast.
     *
     * @param bytes the bytes, copied
     * @return the broadcast
     */
    public static Broadcast binary(byte[] bytes) {
        byte[] copy = bytes.clone();
        return new Broadcast(copy, false, Map.of(BYTES, copy));
    }

    static Broadcast fromPayload(JsonNode payload) {
        JsonNode text = payload.path(TEXT);
        JsonNode bytes = payload.path(BYTES);
        if (text.isString()) {
            return text(text.stringValue());
        }
        if (bytes.isString() || bytes.isBinary()) {
            return binary(bytes.binaryValue());
        }
        throw new ChannelsException("message %s: neither text nor bytes in its payload".formatted(TYPE));
    }

    /**
     * Returns the bytes to send, UTF-8 for text.
     *
     * @return the bytes, not copied. The caller must not change them.
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Returns true if this is a text broadcast.
     *
     * @return true for UTF-8 text, false for binary data
     */
    public boolean isText() {
        return text;
    }

    @Override
    protected long measure() {
        return OVERHEAD_BYTES + (long) bytes.length + treeBytes();
    }

    /** UTF-8 text, decoded only when a string is needed. */
    private static final class Utf8Text {

        private final byte[] utf8;

        Utf8Text(byte[] utf8) {
            this.utf8 = utf8;
        }

        @JsonValue
        String text() {
            return new String(utf8, StandardCharsets.UTF_8);
        }
    }
}
