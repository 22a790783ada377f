package io.channels4j.websocket;

import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.internal.SharedEvents;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message for the client (ASGI {@code websocket.send}).
 *
 * <p>Immutable by contract: the bytes are not copied. One event may go to many connections; a server may keep the encoded form in
 * {@link #encoded()}, which belongs to whoever put it there and must not need releasing, since nobody tells when the event is
 * no longer used.
 */
public final class WebSocketSend implements Event {

    private final byte[] bytes;
    private final boolean text;

    /** Set late when it turns out so; whoever sees it later makes a form of its own. */
    private boolean shared;

    private boolean used;
    private volatile @Nullable Object encoded;

    private WebSocketSend(byte[] bytes, boolean text, boolean shared) {
        this.bytes = bytes;
        this.text = text;
        this.shared = shared;
    }

    /**
     * Returns a text message.
     *
     * @param text the text
     * @return the event
     */
    public static WebSocketSend text(String text) {
        return new WebSocketSend(text.getBytes(StandardCharsets.UTF_8), true, false);
    }

    /**
     * Returns a text message.
     *
     * @param utf8 the text in valid UTF-8, not copied
     * @return the event
     */
    public static WebSocketSend text(byte[] utf8) {
        return new WebSocketSend(utf8, true, false);
    }

    /**
     * Returns a binary message.
     *
     * @param bytes the bytes, not copied
     * @return the event
     */
    public static WebSocketSend binary(byte[] bytes) {
        return new WebSocketSend(bytes, false, false);
    }

    /**
     * Returns the event that passes a broadcast on, the same one for all members of a group.
     *
     * @param broadcast the broadcast
     * @return the event
     */
    public static WebSocketSend of(Broadcast broadcast) {
        return SharedEvents.of(broadcast, WebSocketSend.class, b -> new WebSocketSend(b.bytes(), b.isText(), true));
    }

    @Override
    public String type() {
        return "websocket.send";
    }

    /**
     * Tells whether this is a text message.
     *
     * @return true for text, false for binary
     */
    public boolean isText() {
        return text;
    }

    /**
     * Tells whether many connections send this same event, so that keeping its encoded form pays.
     *
     * @return whether it comes from a broadcast, or two members of a group have passed it on
     */
    public boolean isShared() {
        return shared;
    }

    /**
     * Returns the text, decoded on each call.
     *
     * @return the text; of a binary message, its bytes read as UTF-8
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Returns the bytes; UTF-8 when this is text.
     *
     * @return the bytes, not copied: not to be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * Returns what a server left here.
     *
     * @return the encoded form, or null when nobody left one
     */
    public @Nullable Object encoded() {
        return encoded;
    }

    /**
     * Leaves the encoded form for the next connection that sends this event. For servers; the last one wins.
     *
     * @param form the encoded form, immutable
     */
    public void encoded(Object form) {
        encoded = form;
    }

    /** Notes that one more connection sends this event. */
    void used() {
        if (used) {
            shared = true;
        } else {
            used = true;
        }
    }

    @Override
    public String toString() {
        return "WebSocketSend[%d bytes of %s]".formatted(bytes.length, text ? "text" : "binary");
    }
}
