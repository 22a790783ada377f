package io.channels4j.auth;

import io.channels4j.Scope;
import io.channels4j.User;
import java.util.concurrent.CompletionStage;

/** An authenticator that can be told who logs in, so that it finds them again. */
interface Remembering extends Authenticator {

    /** Notes a login, if the client can still be told of it. */
    void remember(Scope scope, User user);

    /** Forgets who was logged in. */
    CompletionStage<Void> forget(Scope scope);
}
