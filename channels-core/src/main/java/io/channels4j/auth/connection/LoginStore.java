package io.channels4j.auth.connection;

import io.channels4j.Scope;
import io.channels4j.User;
import java.util.concurrent.CompletionStage;

/** Stores logins for the client's later connections. Thread-safe. */
public interface LoginStore {

    /**
     * Stores a login. Has no effect once the response has started. The client can then no longer receive a new session
     * id.
     */
    void storeLogin(Scope scope, User user);

    /** Removes the stored login immediately, whether or not the response has started. Completes when it has been removed. */
    CompletionStage<Void> clearLogin(Scope scope);
}
