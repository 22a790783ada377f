package io.channels4j.engine;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Checks what the application's code returns, because it may be compiled without null checks. */
public final class NullChecks {

    private NullChecks() {}

    /**
     * Calls an application.
     *
     * @throws ChannelsException if it returns null
     */
    public static CompletionStage<Void> handle(Application application, Scope scope, Receiver receiver, Sender sender) {
        return stage(application, "handle", application.handle(scope, receiver, sender));
    }

    /**
     * Returns the stage that a method returned.
     *
     * @param owner the object whose method was called
     * @throws ChannelsException if the stage is null
     */
    public static <T> CompletionStage<T> stage(Object owner, String method, @Nullable CompletionStage<T> returned) {
        if (returned == null) {
            throw new ChannelsException("%s.%s returned null (expected: a stage)"
                    .formatted(owner.getClass().getName(), method));
        }
        return returned;
    }

    /**
     * Returns the value that a method returned, or with which its stage completed.
     *
     * @param owner the object whose method was called
     * @throws ChannelsException if the value is null
     */
    public static <T> T value(Object owner, String method, String expected, @Nullable T value) {
        if (value == null) {
            throw new ChannelsException("%s.%s completed with null (expected: %s)"
                    .formatted(owner.getClass().getName(), method, expected));
        }
        return value;
    }
}
