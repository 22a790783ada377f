package io.channels4j.engine.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an annotation for methods that only certain base consumers call. Binding rejects a class that uses the annotation without
 * extending one of these base consumers.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.ANNOTATION_TYPE)
public @interface RequiresBase {

    /** Returns the base consumers. */
    Class<?>[] value();
}
