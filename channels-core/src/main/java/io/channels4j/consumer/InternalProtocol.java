package io.channels4j.consumer;

import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.layer.MessageEvent;
import java.util.Set;

/** Protocols without a peer: a worker's messages, and the startup and shutdown of a server. */
enum InternalProtocol implements ConsumerProtocol {
    /** A worker's message. The connection ends when the message has been handled. */
    CHANNEL {
        @Override
        public Effect received(Event event) {
            return event instanceof MessageEvent ? MESSAGE_HANDLED : Effect.NONE;
        }
    },

    /** A server's lifespan. The connection ends when the application has stopped or has failed to start. */
    LIFESPAN {
        @Override
        public Effect sent(Event event) {
            return LAST_EVENTS.contains(event.type()) ? Effect.ends(Disconnect.of(event.type())) : Effect.NONE;
        }
    };

    private static final Effect MESSAGE_HANDLED = Effect.endsWhenHandled(Disconnect.of("message handled"));

    /**
     * The types of the events that end the lifespan. The event classes cannot be used, because they are in a higher-level
     * package.
     */
    private static final Set<String> LAST_EVENTS =
            Set.of("lifespan.startup.failed", "lifespan.shutdown.complete", "lifespan.shutdown.failed");

    static ConsumerProtocol of(Scope scope) {
        return switch (scope.type()) {
            case "channel" -> CHANNEL;
            case "lifespan" -> LIFESPAN;
            default -> ENDLESS;
        };
    }
}
