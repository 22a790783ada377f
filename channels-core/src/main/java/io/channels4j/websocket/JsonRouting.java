package io.channels4j.websocket;

import io.channels4j.engine.binding.Handlers;
import io.channels4j.internal.StandardJson;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parses a message from the client as JSON and finds the method that handles it. */
final class JsonRouting {

    static final ClassValue<Handlers> ASYNC =
            Handlers.table(Handlers.Rules.of(ReceivesJson.class, JsonNode.class, ReceivesJson::value, true));
    static final ClassValue<Handlers> BLOCKING =
            Handlers.table(Handlers.Rules.of(ReceivesJson.class, JsonNode.class, ReceivesJson::value, false));

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");
    private static final int MAX_SHOWN = 100;

    private JsonRouting() {}

    /** A parsed message. If the message is invalid, {@code json} is null. Otherwise, {@code invalid} is null. */
    record Parsed(@Nullable JsonNode json, @Nullable InvalidJson invalid) {
        InvalidJson requireInvalid() {
            return Objects.requireNonNull(invalid);
        }
    }

    static Parsed parse(WebSocketReceive message, JsonMapper mapper) {
        if (!message.isText()) {
            return invalid("a binary message (expected: JSON text)", message);
        }
        try {
            JsonNode json = StandardJson.readTree(mapper, message.bytes());
            return json == null || json.isMissingNode()
                    ? invalid("an empty message (expected: JSON text)", message)
                    : new Parsed(json, null);
        } catch (JacksonException e) {
            return invalid("not JSON: " + e.getOriginalMessage(), message);
        }
    }

    private static Parsed invalid(String problem, WebSocketReceive message) {
        return new Parsed(null, new InvalidJson(problem, message));
    }

    /** A method and its argument. If no method fits, {@code handler} is null. Otherwise, {@code invalid} is null. */
    record Target(
            Handlers.@Nullable Handler handler,
            @Nullable Object argument,
            @Nullable InvalidJson invalid) {
        InvalidJson requireInvalid() {
            return Objects.requireNonNull(invalid);
        }
    }

    static Target find(Handlers handlers, String typeField, JsonNode json, JsonMapper mapper) {
        JsonNode type = json.path(typeField);
        if (!type.isString()) {
            return noTarget("no text in field \"%s\"".formatted(typeField), json, mapper);
        }
        Handlers.Handler handler = handlers.get(type.stringValue());
        if (handler == null) {
            String problem = "%s: \"%s\" (expected: one of %s)"
                    .formatted(typeField, shorten(type.stringValue()), handlers.names());
            return noTarget(problem, json, mapper);
        }
        JavaType parameter = handler.parameter();
        if (parameter == null || parameter.getRawClass().isInstance(json)) {
            return new Target(handler, json, null);
        }
        try {
            return new Target(handler, mapper.treeToValue(json, parameter), null);
        } catch (JacksonException e) {
            String problem =
                    "does not fit %s: %s".formatted(parameter.getRawClass().getSimpleName(), e.getOriginalMessage());
            return noTarget(problem, json, mapper);
        }
    }

    private static Target noTarget(String problem, JsonNode json, JsonMapper mapper) {
        WebSocketReceive message = WebSocketReceive.text(mapper.writeValueAsBytes(json));
        return new Target(null, null, new InvalidJson(problem, message));
    }

    static void logIgnored(Class<?> consumer, String connection, InvalidJson invalid) {
        LOG.debug("connection {}: {} ignored a message: {}", connection, consumer.getName(), invalid.problem());
    }

    private static String shorten(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
