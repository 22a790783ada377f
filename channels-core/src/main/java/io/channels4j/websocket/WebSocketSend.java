package io.channels4j.websocket;

import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.internal.SharedEncoding;
import io.channels4j.internal.SharedEvents;
import java.nio.charset.StandardCharsets;

/**
 * A message for the client (ASGI {@code websocket.send}).
 *
 * <p>Must be treated as immutable, because the bytes are not copied. One event may be sent on many connections.
 */
@SuppressWarnings("exports") // the base class holds state that only servers use
public final class WebSocketSend extends SharedEncoding implements Event {

    private final byte[] bytes;
    private final boolean text;

    private WebSocketSend(byte[] bytes, boolean text) {
        super(false, null);
        this.bytes = bytes;
        this.text = text;
    }

    private WebSocketSend(Broadcast broadcast) {
        super(true, SharedEvents.latestKey(broadcast));
        this.bytes = broadcast.bytes();
        this.text = broadcast.isText();
    }

    /**
     * Returns a text message.
     *
     * @param text the text
     * @return the event
     */
    public static WebSocketSend text(String text) {
        return new WebSocketSend(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /**
     * Returns a text message.
     *
     * @param utf8 the text in valid UTF-8, not copied
     * @return the event
     */
    public static WebSocketSend text(byte[] utf8) {
        return new WebSocketSend(utf8, true);
    }

    /**
     * Returns a binary message.
     *
     * @param bytes the bytes, not copied
     * @return the event
     */
    public static WebSocketSend binary(byte[] bytes) {
        return new WebSocketSend(bytes, false);
    }

    /**
     * Returns the event that sends a broadcast. All members of a group share the same event.
     *
     * @param broadcast the broadcast
     * @return the event
     */
    public static WebSocketSend of(Broadcast broadcast) {
        return SharedEvents.of(broadcast, WebSocketSend.class, WebSocketSend::new);
    }

    @Override
    public String type() {
        return "websocket.send";
    }

    /**
     * Returns whether this is a text message.
     *
     * @return true for text, false for binary
     */
    public boolean isText() {
        return text;
    }

    /**
     * Returns the text. It is decoded on each call.
     *
     * @return the text; for a binary message, its bytes decoded as UTF-8
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Returns the bytes of the message, in UTF-8 if it is text.
     *
     * @return the bytes, not copied. They must not be changed.
     */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return "WebSocketSend[%d bytes of %s]".formatted(bytes.length, text ? "text" : "binary");
    }
}
