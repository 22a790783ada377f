package io.channels4j.redis.pubsub;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that wait in this process and are lost with it. */
public final class Later {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private Later() {}

    /** Sends a message when its time has come, at once when that is now; what becomes of it then is only logged. */
    public static CompletionStage<Void> send(
            ControlThread loop, Duration delay, Message message, Supplier<CompletionStage<Void>> send) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(delay));
        }
        if (delay.isZero()) {
            return send.get();
        }
        loop.schedule(delay, () -> {
            CompletionStage<Void> unused = send.get().whenComplete((nothing, failure) -> {
                if (failure != null) {
                    LOG.warn("a delayed message {} was dropped: {}", message.type(), failure.getMessage());
                }
            });
        });
        return Stages.done();
    }
}
