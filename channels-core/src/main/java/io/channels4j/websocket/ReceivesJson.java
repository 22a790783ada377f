package io.channels4j.websocket;

import io.channels4j.engine.binding.RequiresBase;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of a JSON consumer that handles the client's messages of a type, by the value of their type field.
 *
 * <p>The method may be private or inherited. It has one parameter, the {@link tools.jackson.databind.JsonNode} or a class such as a
 * record that the message binds to (unknown fields are ignored), or none. In an asynchronous consumer it returns
 * {@code CompletionStage<Void>} or nothing, in a blocking one nothing. A client can reach only annotated methods. They are checked
 * when their class is mounted or its first consumer is created; a class that is not a JSON consumer is rejected. The error names the
 * method.
 */
@Documented
@RequiresBase({AsyncJsonWebsocketConsumer.class, JsonWebsocketConsumer.class})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ReceivesJson {

    /**
     * The value of the type field, such as {@code "typing"}.
     *
     * @return the type
     */
    String value();
}
