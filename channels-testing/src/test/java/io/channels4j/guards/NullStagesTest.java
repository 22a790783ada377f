package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.UserStore;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.middleware.CookieMiddleware;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.Route;
import io.channels4j.routing.URLRouter;
import io.channels4j.security.AllowedHosts;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import io.channels4j.testing.HttpCommunicator;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests application code that is compiled without null checks. It returns null instead of a stage, or a stage of null.
 */
@SuppressWarnings("NullAway")
class NullStagesTest {

    private static final Application OK = Consumer.application(Answering::new);

    private static final class Answering extends AsyncHttpConsumer {
        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "ok");
        }
    }

    private static final class StoringConsumer extends AsyncHttpConsumer {
        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            scope().session().put("name", "value");
            return sendHeaders(200, Headers.empty()).thenCompose(started -> sendBody(body, false));
        }
    }

    /** A store that contains every session. The method with the given name returns null or a stage of null. */
    private record BrokenStore(String broken, boolean completes) implements SessionStore {

        private <T> CompletionStage<T> returned(String method, T value) {
            if (!method.equals(broken)) {
                return CompletableFuture.completedFuture(value);
            }
            return completes ? CompletableFuture.completedFuture(null) : null;
        }

        @Override
        public CompletionStage<Optional<byte[]>> load(String token) {
            return returned("load", Optional.of("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }

        @Override
        public CompletionStage<String> create(byte[] data, Duration lifetime) {
            return returned("create", "token");
        }

        @Override
        public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
            return returned("update", Optional.of(token));
        }

        @Override
        public CompletionStage<Void> delete(String token) {
            return returned("delete", null);
        }
    }

    private static void get(Application application, String... headers) {
        HttpCommunicator.Builder builder = Peer.http(application, "/");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try (HttpCommunicator peer = builder.build()) {
            assertThat(peer.getResponse().status()).isEqualTo(200);
        }
    }

    private static void assertNamed(Class<?> type, String end, Runnable request) {
        assertThatThrownBy(request::run)
                .satisfies(failure -> assertThat(
                                Stream.iterate(failure, Throwable::getCause).takeWhile(cause -> cause != null))
                        .anySatisfy(cause -> assertThat(cause)
                                .isInstanceOf(ChannelsException.class)
                                .hasMessageStartingWith(type.getName())
                                .hasMessageEndingWith(end)));
    }

    static Stream<Application> authenticated() {
        return Stream.of(
                OK.behind(AuthMiddleware.of(scope -> null)),
                OK.behind(AuthMiddleware.of(Authenticator.bearer(token -> null))));
    }

    @ParameterizedTest
    @MethodSource("authenticated")
    void missingStageOfAuthenticatorOrVerifierIsNamed(Application application) {
        assertNamed(
                NullStagesTest.class,
                " returned null (expected: a stage)",
                () -> get(application, "Authorization", "Bearer x"));
    }

    @Test
    void missingUserOfAuthenticatorIsNamed() {
        Application application = OK.behind(AuthMiddleware.of(scope -> CompletableFuture.completedFuture(null)));

        assertNamed(
                NullStagesTest.class,
                ".authenticate completed with null (expected: a user or empty)",
                () -> get(application));
    }

    @Test
    void missingStageOfUserStoreIsNamed() {
        UserStore users = id -> null;
        InMemorySessionStore sessions = InMemorySessionStore.create();
        String token = sessions.create(
                        "{\"channels.user_id\":\"ada\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        Duration.ofDays(1))
                .toCompletableFuture()
                .join();

        assertNamed(
                NullStagesTest.class,
                ".find returned null (expected: a stage)",
                () -> get(OK.behind(AuthMiddlewareStack.of(users, sessions)), "Cookie", "sessionid=" + token));
    }

    @Test
    void missingStageOfSessionStoreIsNamed() {
        Application application = Consumer.application(StoringConsumer::new);
        for (String method : new String[] {"load", "create", "update"}) {
            String[] cookie = method.equals("create") ? new String[0] : new String[] {"Cookie", "sessionid=t"};

            assertNamed(
                    BrokenStore.class,
                    method + " returned null (expected: a stage)",
                    () -> get(application.behind(SessionMiddleware.of(new BrokenStore(method, false))), cookie));
            assertThatThrownBy(
                            () -> get(application.behind(SessionMiddleware.of(new BrokenStore(method, true))), cookie))
                    .hasStackTraceContaining("BrokenStore")
                    .hasStackTraceContaining("completed with null (expected: ");
        }
    }

    static Stream<Application> wrapped() {
        Application broken = (scope, receiver, sender) -> null;
        User anonymous = User.anonymous();
        return Stream.of(
                broken,
                broken.behind(CookieMiddleware.create()),
                broken.behind(AllowedHosts.create()),
                broken.behind(SessionMiddleware.of(InMemorySessionStore.create())),
                broken.behind(AuthMiddleware.of(scope -> CompletableFuture.completedFuture(Optional.of(anonymous)))),
                URLRouter.of(Route.mount("", broken)),
                ProtocolTypeRouter.builder().http(broken).build());
    }

    @ParameterizedTest
    @MethodSource("wrapped")
    void missingStageOfApplicationIsNamed(Application application) {
        assertNamed(NullStagesTest.class, ".handle returned null (expected: a stage)", () -> get(application));
    }
}
