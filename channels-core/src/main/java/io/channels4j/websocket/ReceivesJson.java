package io.channels4j.websocket;

import io.channels4j.engine.binding.RequiresBase;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a JSON consumer method that handles client messages whose type field has the given value.
 *
 * <p>The method may be private or inherited. It has at most one parameter. The parameter's type is {@link
 * tools.jackson.databind.JsonNode}, or a type such as a record to which the message is bound. By default, unknown
 * fields are ignored. In an asynchronous consumer, the method returns {@code CompletionStage<Void>} or {@code void}. In
 * a blocking consumer, it returns {@code void}. Clients can reach only annotated methods and methods that override them. Methods are checked when the
 * consumer's class is passed to a router. Otherwise, they are checked when the first consumer of the class is created.
 * The annotation is rejected in classes that are not JSON consumers. The exception's message names the method.
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
