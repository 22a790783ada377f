package io.channels4j.websocket;

import io.channels4j.Event;
import java.nio.charset.StandardCharsets;

/**
 * A complete message from the client, consisting of one or more frames (ASGI {@code websocket.receive}).
 *
 * <p>Must be treated as immutable, because the bytes are not copied.
 */
public final class WebSocketReceive implements Event {

    private final byte[] bytes;
    private final boolean text;

    private WebSocketReceive(byte[] bytes, boolean text) {
        this.bytes = bytes;
        this.text = text;
    }

    /**
     * Returns a text message.
     *
     * @param text the text
     * @return the event
     */
    public static WebSocketReceive text(String text) {
        return new WebSocketReceive(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /**
     * Returns a text message.
     *
     * @param utf8 the text in valid UTF-8, not copied
     * @return the event
     */
    public static WebSocketReceive text(byte[] utf8) {
        return new WebSocketReceive(utf8, true);
    }

    /**
     * Returns a binary message.
     *
     * @param bytes the bytes, not copied
     * @return the event
     */
    public static WebSocketReceive binary(byte[] bytes) {
        return new WebSocketReceive(bytes, false);
    }

    @Override
    public String type() {
        return "websocket.receive";
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
        return "WebSocketReceive[%d bytes of %s]".formatted(bytes.length, text ? "text" : "binary");
    }
}
