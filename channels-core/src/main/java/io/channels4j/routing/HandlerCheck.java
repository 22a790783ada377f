package io.channels4j.routing;

import io.channels4j.Message;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.JsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Validates the annotated methods of a consumer class according to the rules of its base class. Called when the class
 * is passed to a router.
 */
final class HandlerCheck {

    private static final Map<Class<?>, ClassValue<Handlers>> TABLES = tables();

    private HandlerCheck() {}

    private static Map<Class<?>, ClassValue<Handlers>> tables() {
        Map<Class<?>, ClassValue<Handlers>> tables = new LinkedHashMap<>();
        tables.put(
                AsyncConsumer.class,
                Handlers.table(Handlers.Rules.of(Handles.class, Message.class, Handles::value, true)));
        tables.put(
                SyncConsumer.class,
                Handlers.table(Handlers.Rules.of(Handles.class, Message.class, Handles::value, false)));
        tables.put(
                AsyncJsonWebsocketConsumer.class,
                Handlers.table(Handlers.Rules.of(ReceivesJson.class, JsonNode.class, ReceivesJson::value, true)));
        tables.put(
                JsonWebsocketConsumer.class,
                Handlers.table(Handlers.Rules.of(ReceivesJson.class, JsonNode.class, ReceivesJson::value, false)));
        return tables;
    }

    /**
     * Validates a class.
     *
     * @return whether the class has handlers for messages from a channel layer
     * @throws io.channels4j.ChannelsException if a handler cannot be bound
     */
    static boolean handlesMessages(Class<? extends Consumer> type) {
        boolean handles = false;
        for (Map.Entry<Class<?>, ClassValue<Handlers>> table : TABLES.entrySet()) {
            if (table.getKey().isAssignableFrom(type)) {
                Handlers handlers = table.getValue().get(type);
                boolean ofMessages = table.getKey() == AsyncConsumer.class || table.getKey() == SyncConsumer.class;
                handles |= ofMessages && !handlers.names().isEmpty();
            }
        }
        return handles;
    }
}
