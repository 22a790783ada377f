package io.channels4j.websocket;

import io.channels4j.engine.binding.ClientText;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.engine.binding.MisfitDetail;
import io.channels4j.internal.StandardJson;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
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

    private JsonRouting() {}

    /** A parsed message. If the message is invalid, {@code json} is null. Otherwise, {@code invalid} is null. */
    record Parsed(@Nullable JsonNode json, @Nullable InvalidJson invalid) {
        InvalidJson requireInvalid() {
            return Objects.requireNonNull(invalid);
        }
    }

    static Parsed parse(WebSocketReceive message, JsonMapper mapper) {
        if (!message.isText()) {
            return malformed("binary", message);
        }
        try {
            JsonNode json = StandardJson.readTree(mapper, message.bytes());
            return json == null || json.isMissingNode() ? malformed("empty", message) : new Parsed(json, null);
        } catch (JacksonException e) {
            return new Parsed(
                    null,
                    InvalidJson.malformed(
                            unreadable(e), ClientText.line("not JSON: " + e.getOriginalMessage()), message));
        }
    }

    private static Parsed malformed(String form, WebSocketReceive message) {
        String detail = "message: %s (expected: JSON text)".formatted(form);
        return new Parsed(null, InvalidJson.malformed(detail, detail, message));
    }

    private static String unreadable(JacksonException failure) {
        if (failure instanceof StreamConstraintsException) {
            return "message: exceeds a limit for JSON (expected: less nesting, shorter names and numbers)";
        }
        TokenStreamLocation place = failure.getLocation();
        String at = place == null || place.getLineNr() < 0
                ? ""
                : " at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr());
        return "message: not JSON%s (expected: JSON text)".formatted(at);
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
        JsonNode field = json.path(typeField);
        if (!field.isString()) {
            return invalid(InvalidJson.noType(noType(typeField, json), json));
        }
        String type = field.stringValue();
        Handlers.Handler handler = handlers.get(type);
        if (handler == null) {
            return invalid(unknown(handlers, typeField, type, json));
        }
        JavaType parameter = handler.parameter();
        if (parameter == null || parameter.getRawClass().isInstance(json)) {
            return new Target(handler, json, null);
        }
        try {
            return new Target(handler, mapper.treeToValue(json, parameter), null);
        } catch (JacksonException e) {
            return invalid(misfit(e, parameter, type, json, mapper));
        }
    }

    private static Target invalid(InvalidJson invalid) {
        return new Target(null, null, invalid);
    }

    private static String noType(String typeField, JsonNode json) {
        return json.isObject()
                ? MisfitDetail.sentence(typeField, json.get(typeField), "text")
                : MisfitDetail.sentence("message", json, "an object with the field " + typeField);
    }

    private static InvalidJson unknown(Handlers handlers, String typeField, String type, JsonNode json) {
        String detail = MisfitDetail.sentence(typeField, json.get(typeField), "a known type");
        String problem = ClientText.line(
                "%s: %s (expected: one of %s)".formatted(typeField, ClientText.quoted(type), handlers.names()));
        return InvalidJson.ofType(InvalidJson.Kind.UNKNOWN_TYPE, type, detail, problem, json);
    }

    private static InvalidJson misfit(
            JacksonException failure, JavaType parameter, String type, JsonNode json, JsonMapper mapper) {
        String detail = MisfitDetail.of(failure, json, mapper);
        String problem = ClientText.line("%s; does not fit %s: %s"
                .formatted(detail, parameter.getRawClass().getSimpleName(), failure.getOriginalMessage()));
        return InvalidJson.ofType(InvalidJson.Kind.MISFIT, type, detail, problem, json);
    }

    static void logIgnored(Class<?> consumer, String connection, InvalidJson invalid) {
        LOG.debug(
                "connection {}: {} ignored a message ({}): {}",
                connection,
                consumer.getName(),
                invalid.kind(),
                invalid.problem());
    }
}
