package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Message;
import org.jspecify.annotations.Nullable;

/** An outgoing event that is created when the engine sends it, so that all receivers of one message can share the result. */
public interface DeferredEvent extends Event {

    /**
     * Returns the event to send.
     *
     * @param handled the message whose handler is running or ran last, or null if the last event was not a message
     */
    Event resolve(@Nullable Message handled);
}
