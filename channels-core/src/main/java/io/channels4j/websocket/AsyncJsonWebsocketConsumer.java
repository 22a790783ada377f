package io.channels4j.websocket;

import io.channels4j.engine.Handlers;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The base of WebSocket consumers that speak JSON and whose callbacks must not block.
 *
 * {@snippet class="io.channels4j.websocket.ConsumerSnippets" region="json"}
 *
 * <p>A message goes to the {@link ReceivesJson} method for its type; override {@link #receiveJson} to take every message instead.
 * What is no JSON, or has no method, goes to {@link #receiveInvalid}. JSON is read and written with
 * {@link #jsonMapper()}, from and to UTF-8 bytes.
 */
public abstract class AsyncJsonWebsocketConsumer extends AsyncWebsocketConsumer {

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected AsyncJsonWebsocketConsumer() {
        JsonRouting.ASYNC.get(getClass());
    }

    /**
     * Takes a message of the client. Unless overridden, it calls the {@link ReceivesJson} method for the message's type.
     *
     * @param json the message
     * @return completes when the next callback may run
     */
    protected CompletionStage<Void> receiveJson(JsonNode json) {
        JsonRouting.Target target =
                JsonRouting.find(JsonRouting.ASYNC.get(getClass()), typeField(), json, jsonMapper());
        Handlers.Handler handler = target.handler();
        if (handler == null) {
            String problem = String.valueOf(target.problem());
            return receiveInvalid(
                    new InvalidJson(problem, WebSocketReceive.text(jsonMapper().writeValueAsBytes(json))));
        }
        try {
            return handler.call(this, target.argument());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Takes a message that is no JSON, is binary, or has a type without a method. Unless overridden, it is ignored with a debug
     * line.
     *
     * @param invalid the message and what is wrong with it
     * @return completes when the next callback may run
     */
    protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
        JsonRouting.logIgnored(getClass(), scope().connectionId(), invalid);
        return Stages.done();
    }

    /**
     * Returns the name of the field whose value chooses the {@link ReceivesJson} method.
     *
     * @return the name; {@code "type"} unless overridden
     */
    protected String typeField() {
        return "type";
    }

    /**
     * Returns the mapper that reads the client's messages and writes those of {@link #sendJson}.
     *
     * @return the mapper; the server's unless overridden
     */
    protected JsonMapper jsonMapper() {
        return scope().jsonMapper();
    }

    /**
     * Sends an object to the client as JSON text. The object that a message's handler got is encoded once for all members of the
     * group that pass it on, as payloads do not change.
     *
     * @param value what Jackson can write, such as a record
     * @return as for {@link #send(String)}
     */
    protected final CompletionStage<Void> sendJson(Object value) {
        return sendEvent(new JsonSend(value, jsonMapper()));
    }

    @Override
    final CompletionStage<Void> received(WebSocketReceive event) {
        JsonRouting.Parsed parsed = JsonRouting.parse(event, jsonMapper());
        return parsed.json() == null
                ? receiveInvalid(new InvalidJson(String.valueOf(parsed.problem()), event))
                : receiveJson(parsed.json());
    }
}
