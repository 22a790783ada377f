package io.channels4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method whose result must not be ignored, such as a stage. A failure of an ignored stage is lost.
 *
 * <p>Error Prone recognizes annotations of this name. Its check {@code CheckReturnValue} rejects a call whose result is
 * neither returned, composed nor assigned. The check is enabled by default.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CheckReturnValue {}
