package io.channels4j.engine;

import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Observes the user that later middleware has put into the scope of a connection.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface UserObserver extends Supplier<User> {

    /** The key of the observer in a scope. */
    Scope.Key<UserObserver> OBSERVER = new Scope.Key<>("user_observer");

    /**
     * Called before a consumer is served, if the scope has another user than the observer's.
     *
     * @param user the supplier of the scope's user
     * @return a stage that completes when the connection may be served
     */
    CompletionStage<Void> replaced(Supplier<User> user);

    /** Notifies the observer, if there is one, of the user with which a consumer is served. */
    static CompletionStage<Void> serving(Scope scope) {
        UserObserver observer = scope.get(OBSERVER).orElse(null);
        if (observer == null) {
            return Stages.done();
        }
        Supplier<User> user = scope.get(Scope.USER).orElse(observer);
        return user == observer ? Stages.done() : Stages.on(scope.executor(), observer.replaced(user));
    }
}
