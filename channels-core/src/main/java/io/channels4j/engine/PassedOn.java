package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Message;
import org.jspecify.annotations.Nullable;

/** An event that a consumer sends and that is made in the engine, since it may be the same for all receivers of a message. */
public interface PassedOn extends Event {

    /**
     * Returns the event itself.
     *
     * @param handled the message whose handler runs or ran last; null when it was something else
     */
    Event event(@Nullable Message handled);
}
