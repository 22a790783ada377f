package io.channels4j.consumer;

import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.layer.MessageEvent;
import java.util.Optional;
import java.util.Set;

/** The protocols without a peer: what a worker and the start and stop of a server say to an application. */
enum InternalProtocol implements Protocol {
    /** One message of a worker: over when it has been handled. */
    CHANNEL {
        @Override
        public Optional<Disconnect> handled(Event event) {
            return event instanceof MessageEvent ? Optional.of(Disconnect.of("message handled")) : Optional.empty();
        }
    },

    /** The life of a server: over when the application has said that it stopped, or that it did not start. */
    LIFESPAN {
        @Override
        public Optional<Disconnect> completed(Event sent) {
            return LAST_WORDS.contains(sent.type()) ? Optional.of(Disconnect.of(sent.type())) : Optional.empty();
        }
    };

    /** By name, since the events themselves live upstairs. */
    private static final Set<String> LAST_WORDS =
            Set.of("lifespan.startup.failed", "lifespan.shutdown.complete", "lifespan.shutdown.failed");

    static Protocol of(Scope scope) {
        return switch (scope.type()) {
            case "channel" -> CHANNEL;
            case "lifespan" -> LIFESPAN;
            default -> ENDLESS;
        };
    }

    @Override
    public Optional<Disconnect> ended(Event arrived) {
        return Optional.empty();
    }
}
