package io.channels4j.consumer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a consumer method that handles layer messages of the given type.
 *
 * <p>The method may be private or inherited, including from an interface. It has at most one parameter. The parameter's
 * type is {@link io.channels4j.Message}, or a type such as a record to which the payload is bound. In an asynchronous
 * consumer, the method returns {@code CompletionStage<Void>} or {@code void}. In a blocking consumer, it returns {@code
 * void}. The type of a message never selects a method without this annotation. Events from the client are never passed
 * to annotated methods. An overriding method without the annotation keeps the type of the method that it overrides. Methods are checked when the consumer's class is passed to a router. Otherwise, they are
 * checked when the first consumer of the class is created. The error names the method. A server does not start without a
 * channel layer if the class of a consumer with such methods was passed to its router.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Handles {

    /**
     * The type of the messages, such as {@code "chat.message"}.
     *
     * @return the type
     */
    String value();
}
