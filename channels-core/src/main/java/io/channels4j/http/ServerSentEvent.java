package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.internal.StandardJson;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event in an event stream (WHATWG HTML, §9.2 server-sent events).
 *
 * <p>Immutable.
 *
 * @param id the id that the client sends when it reconnects. An empty id clears it. Must not contain line breaks or NUL.
 * @param event the event's name, for which the client registers a listener; {@code message} if absent. Must not be empty or
 *     contain line breaks
 * @param data the text, of one or more lines; may be empty. The client receives every line break as a line feed
 * @param retry the time that the client waits before it reconnects, in whole milliseconds, zero or more. If absent, the
 *     client keeps its current value.
 */
public record ServerSentEvent(Optional<String> id, Optional<String> event, String data, Optional<Duration> retry) {

    /** Checks that the id and the name cannot inject a line. Also checks the retry time. */
    public ServerSentEvent {
        id.ifPresent(text ->
                require("id of event", text, fitsLine(text) && text.indexOf('\0') < 0, "no line break, no NUL"));
        event.ifPresent(
                text -> require("name of event", text, fitsLine(text) && !text.isEmpty(), "not empty, no line break"));
        retry.ifPresent(time -> require(
                "retry of event",
                time,
                !time.isNegative() && time.equals(Duration.ofMillis(time.toMillis())),
                "whole milliseconds, zero or more"));
    }

    /**
     * Returns an event with data only.
     *
     * @param data the text
     * @return the event
     */
    public static ServerSentEvent of(String data) {
        return new ServerSentEvent(Optional.empty(), Optional.empty(), data, Optional.empty());
    }

    /**
     * Returns an event whose data is an object as JSON, written with the library's mapper. To use the server's mapper
     * in a consumer, pass {@code scope().jsonMapper()} to {@link #json(Object, JsonMapper)}.
     *
     * @param value the object
     * @return the event
     * @throws ChannelsException if Jackson cannot write the object
     */
    public static ServerSentEvent json(Object value) {
        return json(value, StandardJson.MAPPER);
    }

    /**
     * Returns an event whose data is an object as JSON, written with the given mapper.
     *
     * @param value the object
     * @param mapper the mapper, such as {@link io.channels4j.Scope#jsonMapper()}
     * @return the event
     * @throws ChannelsException if Jackson cannot write the object
     */
    public static ServerSentEvent json(Object value, JsonMapper mapper) {
        try {
            return of(mapper.writeValueAsString(value));
        } catch (JacksonException e) {
            throw new ChannelsException(
                    "event: a %s cannot be written as JSON"
                            .formatted(value.getClass().getName()),
                    e);
        }
    }

    /**
     * Returns a copy of this event with the given id.
     *
     * @param newId the id
     * @return the new event
     */
    public ServerSentEvent withId(String newId) {
        return new ServerSentEvent(Optional.of(newId), event, data, retry);
    }

    /**
     * Returns a copy of this event with the given name.
     *
     * @param name the name
     * @return the new event
     */
    public ServerSentEvent withEvent(String name) {
        return new ServerSentEvent(id, Optional.of(name), data, retry);
    }

    /**
     * Returns a copy of this event with the given reconnection time.
     *
     * @param time the time that the client waits before it reconnects
     * @return the new event
     */
    public ServerSentEvent withRetry(Duration time) {
        return new ServerSentEvent(id, event, data, Optional.of(time));
    }

    private static boolean fitsLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    }

    private static void require(String what, Object value, boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("%s: \"%s\" (expected: %s)".formatted(what, show(value), rule));
        }
    }

    private static String show(Object value) {
        return value.toString().replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0");
    }
}
