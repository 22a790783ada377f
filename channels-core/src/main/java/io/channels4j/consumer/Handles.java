package io.channels4j.consumer;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of a consumer that handles layer messages of a type.
 *
 * <p>The method may be private or inherited, from an interface too. It takes the {@link io.channels4j.Message}, or a class such as a
 * record that the payload binds to, or nothing. In an asynchronous consumer it returns {@code CompletionStage<Void>} or nothing, in
 * a blocking one nothing. Only methods that are marked so can be reached by messages, and events of the client never reach them.
 * Methods are checked when the first consumer of their class is made; the error names the method.
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
