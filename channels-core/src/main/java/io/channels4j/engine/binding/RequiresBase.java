package io.channels4j.engine.binding;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an annotation whose methods only subclasses of certain base consumers call; other classes are rejected when bound. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.ANNOTATION_TYPE)
public @interface RequiresBase {

    /** Returns the base consumers. */
    Class<?>[] value();
}
