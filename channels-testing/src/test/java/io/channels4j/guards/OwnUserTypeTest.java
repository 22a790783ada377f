package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.TokenVerifier;
import io.channels4j.auth.UserStore;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.HttpCommunicator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Tests stores, verifiers and authenticators for a user type that the application defines. */
class OwnUserTypeTest {

    private record Account(String id, String name, String plan) implements User {}

    private static final class Accounts {

        CompletionStage<Optional<Account>> find(String id) {
            Optional<Account> found = Optional.of(new Account(id, "ada", "gold"));
            return CompletableFuture.completedFuture(found.filter(account -> id.equals("1")));
        }
    }

    private static final class AccountStore implements UserStore {

        @Override
        public CompletionStage<Optional<Account>> find(String id) {
            return new Accounts().find(id);
        }
    }

    private static final class Plan extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            if (scope().path().equals("/login")) {
                Blocking.await(Auth.login(scope(), new Account("1", "ada", "gold")));
            }
            sendResponse(200, scope().user() instanceof Account account ? account.plan() : "none");
        }
    }

    private static final Application PLAN = Consumer.application(Plan::new);

    private static HttpCommunicator.Response get(Application application, String path, String cookie) {
        return Peer.get(application, path, "Cookie", cookie);
    }

    @Test
    void tokenVerifierReturnsTheApplicationsType() {
        TokenVerifier verifier = new Accounts()::find;
        Application application = PLAN.behind(AuthMiddleware.of(Authenticator.query("ticket", verifier)));

        assertThat(get(application, "/?ticket=1", "").text()).isEqualTo("gold");
        assertThat(get(application, "/?ticket=2", "").text()).isEqualTo("none");
    }

    @Test
    void authenticatorReturnsTheApplicationsType() {
        Authenticator authenticator = scope -> new Accounts().find("1");

        assertThat(get(PLAN.behind(AuthMiddleware.of(authenticator)), "/", "").text())
                .isEqualTo("gold");
    }

    @Test
    void userStoreReturnsTheApplicationsType() {
        InMemorySessionStore sessions = InMemorySessionStore.create();
        Application application = PLAN.behind(AuthMiddlewareStack.of(new AccountStore(), sessions));
        String cookie =
                get(application, "/login", "").headers().first("set-cookie").orElseThrow();

        assertThat(get(application, "/", cookie.substring(0, cookie.indexOf(';')))
                        .text())
                .isEqualTo("gold");
    }
}
