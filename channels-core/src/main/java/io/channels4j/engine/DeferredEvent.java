package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Message;
import org.jspecify.annotations.Nullable;

/** An outgoing event that the engine completes when it is sent, since all receivers of one message may share the result. */
public interface DeferredEvent extends Event {

    /**
     * Returns the event to send.
     *
     * @param handled the message whose handler runs or ran last; null if that was another event
     */
    Event resolve(@Nullable Message handled);
}
