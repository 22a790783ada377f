package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Message;
import org.jspecify.annotations.Nullable;

/**
 * An outgoing event that is created when the engine sends it. All receivers of one message can then share the result.
 */
public interface DeferredEvent extends Event {

    /**
     * Returns the event to send.
     *
     * @param handled the message of the current or last callback, or null if its event was not a message
     */
    Event resolve(@Nullable Message handled);
}
