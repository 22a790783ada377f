package io.channels4j.websocket;

import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.binding.Handlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The base class for WebSocket consumers that exchange JSON and whose callbacks may block. See {@link AsyncJsonWebsocketConsumer}. */
public abstract class JsonWebsocketConsumer extends WebsocketConsumer {

    /** Creates a consumer. The first instance of each class validates its handlers. */
    protected JsonWebsocketConsumer() {
        JsonRouting.BLOCKING.get(getClass());
    }

    /**
     * Handles a message from the client; see {@link AsyncJsonWebsocketConsumer#receiveJson}.
     *
     * @param json the message
     */
    protected void receiveJson(JsonNode json) {
        JsonRouting.Target target =
                JsonRouting.find(JsonRouting.BLOCKING.get(getClass()), typeField(), json, jsonMapper());
        Handlers.Handler handler = target.handler();
        if (handler == null) {
            proxy().receiveInvalid(target.requireInvalid());
        } else {
            handler.callBlocking(ConsumerProxy.receiver(this, hooks, handler.method()), target.argument());
        }
    }

    /**
     * Handles an invalid message; see {@link AsyncJsonWebsocketConsumer#receiveInvalid}.
     *
     * @param invalid the message and its problem
     */
    protected void receiveInvalid(InvalidJson invalid) {
        JsonRouting.logIgnored(getClass(), scope().connectionId(), invalid);
    }

    /**
     * Returns the name of the field that selects the method; see {@link AsyncJsonWebsocketConsumer#typeField}.
     *
     * @return the name
     */
    protected String typeField() {
        return "type";
    }

    /**
     * Returns the mapper for this consumer's JSON; see {@link AsyncJsonWebsocketConsumer#jsonMapper}.
     *
     * @return the mapper
     */
    protected JsonMapper jsonMapper() {
        return scope().jsonMapper();
    }

    /**
     * Sends an object to the client; see {@link AsyncJsonWebsocketConsumer#sendJson}.
     *
     * @param value the object
     * @throws io.channels4j.ConnectionClosedException if the connection is closed
     */
    protected final void sendJson(Object value) {
        sendEvent(new JsonSend(value, jsonMapper()));
    }

    /**
     * Sends objects to the client in order, each as a message of its own.
     *
     * @param items the objects
     * @throws io.channels4j.ConnectionClosedException if the connection is closed
     */
    protected final void sendAllJson(Iterable<?> items) {
        items.forEach(this::sendJson);
    }

    @Override
    final void received(WebSocketReceive event) {
        JsonRouting.Parsed parsed = JsonRouting.parse(event, jsonMapper());
        if (parsed.json() == null) {
            proxy().receiveInvalid(parsed.requireInvalid());
        } else {
            proxy().receiveJson(parsed.json());
        }
    }

    private JsonWebsocketConsumer proxy() {
        return (JsonWebsocketConsumer) hooks;
    }
}
