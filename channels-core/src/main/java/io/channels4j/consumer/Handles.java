package io.channels4j.consumer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of a consumer that handles layer messages of a type.
 *
 * <p>The method may be private or inherited, also from an interface. It has one parameter, the {@link io.channels4j.Message} or a
 * class such as a record that the payload binds to, or none. In an asynchronous consumer it returns {@code CompletionStage<Void>} or
 * nothing, in a blocking one nothing. Messages can reach only annotated methods; events of the client never reach them. Methods are
 * checked when their class is mounted or its first consumer is created; the error names the method.
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
