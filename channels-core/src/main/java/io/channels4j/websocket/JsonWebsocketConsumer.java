package io.channels4j.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.engine.Handlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The base of WebSocket consumers that speak JSON and whose callbacks may block.
 *
 * <p>A message goes to the {@link ReceivesJson} method for its type; override {@link #receiveJson} to take every message instead.
 * What is no JSON, or has no method, goes to {@link #receiveInvalid}. JSON is read and written with
 * {@link #jsonMapper()}, from and to UTF-8 bytes. Everything else is as in {@link WebsocketConsumer}.
 */
public abstract class JsonWebsocketConsumer extends WebsocketConsumer {

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected JsonWebsocketConsumer() {
        JsonRouting.BLOCKING.get(getClass());
    }

    /**
     * Takes a message of the client. Unless overridden, it calls the {@link ReceivesJson} method for the message's type.
     *
     * @param json the message
     */
    protected void receiveJson(JsonNode json) {
        JsonRouting.Target target =
                JsonRouting.find(JsonRouting.BLOCKING.get(getClass()), typeField(), json, jsonMapper());
        Handlers.Handler handler = target.handler();
        if (handler == null) {
            byte[] utf8 = jsonMapper().writeValueAsBytes(json);
            receiveInvalid(new InvalidJson(String.valueOf(target.problem()), WebSocketReceive.text(utf8)));
            return;
        }
        try {
            handler.call(this, target.argument());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new ChannelsException("%s failed".formatted(handler.method().getName()), e);
        }
    }

    /**
     * Takes a message that is no JSON, is binary, or has a type without a method. Unless overridden, it is ignored with a debug
     * line.
     *
     * @param invalid the message and what is wrong with it
     */
    protected void receiveInvalid(InvalidJson invalid) {
        JsonRouting.logIgnored(getClass(), scope().connectionId(), invalid);
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
     * @throws io.channels4j.ConnectionClosedException when the connection is closed
     */
    protected final void sendJson(Object value) {
        sendEvent(new JsonSend(value, jsonMapper()));
    }

    @Override
    final void received(WebSocketReceive event) {
        JsonRouting.Parsed parsed = JsonRouting.parse(event, jsonMapper());
        if (parsed.json() == null) {
            receiveInvalid(new InvalidJson(String.valueOf(parsed.problem()), event));
        } else {
            receiveJson(parsed.json());
        }
    }
}
