package io.channels4j.websocket;

import io.channels4j.CheckReturnValue;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.internal.Sequence;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The base class for WebSocket consumers that exchange JSON and whose callbacks must not block.
 *
 * {@snippet class="io.channels4j.websocket.ConsumerSnippets" region="json"}
 *
 * <p>A message is passed to the {@link ReceivesJson} method for its type. To handle every message yourself, override
 * {@link #receiveJson}. Messages that are not JSON, have no method, or cannot be bound to the method's parameter are
 * passed to {@link #receiveInvalid}.
 */
public abstract class AsyncJsonWebsocketConsumer extends AsyncWebsocketConsumer {

    /** Creates a consumer. The first instance of each class validates its handlers. */
    protected AsyncJsonWebsocketConsumer() {
        JsonRouting.ASYNC.get(getClass());
    }

    /**
     * Handles a message from the client. By default, it calls the {@link ReceivesJson} method for the message's type.
     *
     * @param json the message
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> receiveJson(JsonNode json) {
        JsonRouting.Target target =
                JsonRouting.find(JsonRouting.ASYNC.get(getClass()), typeField(), json, jsonMapper());
        Handlers.Handler handler = target.handler();
        return handler == null
                ? proxy().receiveInvalid(target.requireInvalid())
                : handler.callAsync(ConsumerProxy.receiver(this, hooks, handler.method()), target.argument());
    }

    /**
     * Handles a message that is binary, is not JSON, has no {@link ReceivesJson} method, or cannot be bound to the
     * method's parameter. By default, the message is ignored and logged at debug level.
     *
     * @param invalid the message and its problem
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
        JsonRouting.logIgnored(getClass(), scope().connectionId(), invalid);
        return Stages.done();
    }

    /**
     * Returns the name of the field whose value selects the {@link ReceivesJson} method.
     *
     * @return the name; {@code "type"} by default
     */
    protected String typeField() {
        return "type";
    }

    /**
     * Returns the mapper that reads messages from the client and writes messages for {@link #sendJson}.
     *
     * @return the mapper; the server's by default
     */
    protected JsonMapper jsonMapper() {
        return scope().jsonMapper();
    }

    /**
     * Sends an object to the client as JSON text. If the value is the payload of the message being handled, the group
     * members that use the same mapper share one encoding.
     *
     * @param value the object, such as a record
     * @return a stage that completes as for {@link #send(String)}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendJson(Object value) {
        return sendEvent(new JsonSend(value, jsonMapper()));
    }

    /**
     * Sends objects to the client in order, each as a message of its own. The next one is encoded when the previous one has
     * been sent, so a long history does not wait in memory for a slow client.
     *
     * @param items the objects, which must not change until the stage has completed
     * @return a stage that completes when the last message has been sent, or exceptionally with the first failure
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendAllJson(Iterable<?> items) {
        return Sequence.run(scope().executor(), items, this::sendJson);
    }

    @Override
    final CompletionStage<Void> received(WebSocketReceive event) {
        JsonRouting.Parsed parsed = JsonRouting.parse(event, jsonMapper());
        return parsed.json() == null
                ? proxy().receiveInvalid(parsed.requireInvalid())
                : proxy().receiveJson(parsed.json());
    }

    private AsyncJsonWebsocketConsumer proxy() {
        return (AsyncJsonWebsocketConsumer) hooks;
    }
}
