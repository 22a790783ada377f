package io.channels4j.docs;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.docs.AuthExample.Accounts;

/** The code of docs/auth.md about tokens and middleware. */
final class AuthTokenExample {

    private AuthTokenExample() {}

    // @start region="middleware"
    static Application behindGateway(Application site, Accounts accounts) {
        Middleware byGateway = inner -> (scope, receiver, sender) -> {
            String id = scope.headers().first("x-authenticated-user").orElse(""); // set by your gateway
            return accounts.find(id)
                    .thenCompose(found -> inner.handle(
                            found.isEmpty() ? scope : scope.with(Scope.USER, found::get), receiver, sender));
        };
        return site.behind(byGateway, AuthMiddleware.of());
    }
    // @end
}
