package io.channels4j.websocket;

import io.channels4j.engine.Handlers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How JSON consumers read a message and find the method that takes it. */
final class JsonRouting {

    static final ClassValue<Handlers> ASYNC =
            Handlers.table(Handlers.Rules.of(ReceivesJson.class, ReceivesJson::value, true));
    static final ClassValue<Handlers> BLOCKING =
            Handlers.table(Handlers.Rules.of(ReceivesJson.class, ReceivesJson::value, false));

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");
    private static final int MAX_SHOWN = 100;

    private JsonRouting() {}

    /** What a message turned out to be: a tree, or a problem. */
    record Parsed(@Nullable JsonNode json, @Nullable String problem) {}

    static Parsed parse(WebSocketReceive message, JsonMapper mapper) {
        if (!message.isText()) {
            return new Parsed(null, "a binary message (expected: JSON text)");
        }
        try {
            JsonNode json = mapper.readTree(message.bytes());
            return json == null || json.isMissingNode()
                    ? new Parsed(null, "an empty message (expected: JSON text)")
                    : new Parsed(json, null);
        } catch (JacksonException e) {
            return new Parsed(null, "not JSON: " + e.getOriginalMessage());
        }
    }

    /** A method and what to call it with, or a problem. */
    record Target(
            Handlers.@Nullable Handler handler,
            @Nullable Object argument,
            @Nullable String problem) {

        static Target problem(String problem) {
            return new Target(null, null, problem);
        }
    }

    static Target find(Handlers handlers, String typeField, JsonNode json, JsonMapper mapper) {
        JsonNode type = json.path(typeField);
        if (!type.isString()) {
            return Target.problem("no text in field \"%s\"".formatted(typeField));
        }
        Handlers.Handler handler = handlers.get(type.stringValue());
        if (handler == null) {
            return Target.problem("%s: \"%s\" (expected: one of %s)"
                    .formatted(typeField, shorten(type.stringValue()), handlers.names()));
        }
        Class<?> parameter = handler.parameter();
        if (parameter == null || parameter.isInstance(json)) {
            return new Target(handler, json, null);
        }
        return bind(handler, parameter, json, mapper);
    }

    private static Target bind(Handlers.Handler handler, Class<?> parameter, JsonNode json, JsonMapper mapper) {
        try {
            return new Target(handler, mapper.treeToValue(json, parameter), null);
        } catch (JacksonException e) {
            return Target.problem("does not fit %s: %s".formatted(parameter.getSimpleName(), e.getOriginalMessage()));
        }
    }

    static void logIgnored(Class<?> consumer, String connection, InvalidJson invalid) {
        LOG.debug("connection {}: {} ignored a message: {}", connection, consumer.getName(), invalid.problem());
    }

    private static String shorten(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
