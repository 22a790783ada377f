package io.channels4j.websocket;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of a JSON consumer that takes the client's messages of a type, by the value of their type field.
 *
 * <p>The method may be private or inherited. It takes the {@link tools.jackson.databind.JsonNode}, or a class such as a record
 * that the message binds to (unknown fields are ignored), or nothing. In an asynchronous consumer it returns
 * {@code CompletionStage<Void>} or nothing, in a blocking one nothing. Only methods that are marked so can be reached by a
 * client. They are checked when the first consumer of their class is made; the error names the method.
 */
@Documented
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
