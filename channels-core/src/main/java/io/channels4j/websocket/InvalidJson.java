package io.channels4j.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A message from a client that a JSON consumer cannot handle.
 *
 * {@snippet class="io.channels4j.websocket.ConsumerSnippets" region="invalid"}
 *
 * <p><b>Threads.</b> Immutable, as long as the JSON is not changed.
 */
public final class InvalidJson {

    private final Kind kind;
    private final String detail;
    private final String problem;
    private final @Nullable JsonNode json;
    private final @Nullable String type;
    private final @Nullable WebSocketReceive message;

    /** Why a message cannot be handled. */
    public enum Kind {
        /** The message is binary, empty or not JSON, or it exceeds a limit such as the maximum nesting. */
        MALFORMED,
        /** The message is JSON, but it is not an object whose type field is text. */
        NO_TYPE,
        /** No {@link ReceivesJson} method handles the type. */
        UNKNOWN_TYPE,
        /** The message does not fit the parameter of the type's method. */
        MISFIT
    }

    private InvalidJson(
            Kind kind,
            String detail,
            String problem,
            @Nullable JsonNode json,
            @Nullable String type,
            @Nullable WebSocketReceive message) {
        this.kind = kind;
        this.detail = detail;
        this.problem = problem;
        this.json = json;
        this.type = type;
        this.message = message;
    }

    static InvalidJson malformed(String detail, String problem, WebSocketReceive message) {
        return new InvalidJson(Kind.MALFORMED, detail, problem, null, null, message);
    }

    static InvalidJson noType(String detail, JsonNode json) {
        return new InvalidJson(Kind.NO_TYPE, detail, detail, json, null, null);
    }

    static InvalidJson ofType(Kind kind, String type, String detail, String problem, JsonNode json) {
        return new InvalidJson(kind, detail, problem, json, type, null);
    }

    /**
     * Returns why the message cannot be handled.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns a sentence for the client, such as {@code items[2].price: "x" (expected: a whole number)}. It names the first value that does
     * not fit by its path. It contains no Java names and no text of exceptions. It quotes at most 50 characters of a value that the client
     * sent, with control characters escaped. The constants of an enum are listed if there are at most 20.
     *
     * @return the sentence, at most about 1,000 characters long unless an enum has long names
     */
    public String detail() {
        return detail;
    }

    /**
     * Returns a description of the problem for logs. Do not send it to the client, because it may contain Java names and the types that
     * the consumer handles.
     *
     * @return the description, in one line of at most about 500 characters
     */
    public String problem() {
        return problem;
    }

    /**
     * Returns the JSON.
     *
     * @return the JSON, or empty if the message is {@link Kind#MALFORMED}
     */
    public Optional<JsonNode> json() {
        return Optional.ofNullable(json);
    }

    /**
     * Returns the message's type.
     *
     * @return the value of the type field, in full, or empty if the message is {@link Kind#MALFORMED} or has {@link Kind#NO_TYPE}
     */
    public Optional<String> type() {
        return Optional.ofNullable(type);
    }

    /**
     * Returns the message.
     *
     * @return the message as it was received if it is {@link Kind#MALFORMED}. Otherwise, a message with the same JSON, newly written.
     */
    public WebSocketReceive message() {
        return message == null ? WebSocketReceive.text(String.valueOf(json).getBytes(StandardCharsets.UTF_8)) : message;
    }

    /** Returns the kind and the problem, for logs. */
    @Override
    public String toString() {
        return "InvalidJson[" + kind + ": " + problem + "]";
    }
}
