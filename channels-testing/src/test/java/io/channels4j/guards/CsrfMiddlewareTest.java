package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.security.Cors;
import io.channels4j.security.CsrfMiddleware;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsrfMiddlewareTest {

    /**
     * Responds to {@code /token} with a token for the client. Responds to {@code /form} with {@code true} if the body
     * is a valid token, otherwise with {@code false}.
     */
    private static final Application PAGE = Consumer.application(() -> new HttpConsumer() {
        @Override
        protected void handle(byte[] body) {
            if (scope().path().equals("/token")) {
                sendResponse(200, CsrfMiddleware.token(scope()));
            } else if (scope().path().equals("/form")) {
                sendResponse(
                        200,
                        Boolean.toString(CsrfMiddleware.isToken(scope(), new String(body, StandardCharsets.UTF_8))));
            } else {
                sendResponse(200, "changed");
            }
        }
    });

    private static final Application STACK = PAGE.behind(AuthMiddlewareStack.of(
            id -> CompletableFuture.completedFuture(Optional.empty()), InMemorySessionStore.create()));

    private static int send(Application application, String method, String... headers) {
        HttpCommunicator.Builder builder =
                HttpCommunicator.builder(application, method, "/").header("Host", "example.com");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try (HttpCommunicator peer = builder.build()) {
            return peer.getResponse().status();
        }
    }

    @ParameterizedTest
    @DisplayName("P8: the stack refuses requests that pages of other sites make")
    @CsvSource({
        "cross-site, https://evil.example",
        "same-site,  https://evil.example.com",
        "cross-site, https://example.com",
        "'',         https://example.com",
    })
    void refusesOtherSites(String site, String origin) {
        assertThat(send(STACK, "POST", "Sec-Fetch-Site", site, "Origin", origin))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @DisplayName("P8: without Sec-Fetch-Site, the stack refuses requests with the Origin of another host")
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://www.example.com",
                "https://example.com:8443",
                "null",
                "",
                "ftp://example.com",
                "https://evil.example@example.com",
                "https://example.com/",
            })
    void refusesOtherOrigins(String origin) {
        assertThat(send(STACK, "POST", "Origin", origin)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "PURGE"})
    void checksEveryMethodThatMayChangeState(String method) {
        assertThat(send(STACK, method, "Sec-Fetch-Site", "cross-site")).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void passesSafeMethods(String method) {
        assertThat(send(STACK, method, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "none"})
    void passesRequestsOfItsOwnPages(String site) {
        assertThat(send(STACK, "POST", "Sec-Fetch-Site", site)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com", "http://example.com", "https://EXAMPLE.com"})
    void passesItsOwnOrigin(String origin) {
        assertThat(send(STACK, "POST", "Origin", origin)).isEqualTo(200);
    }

    @Test
    void passesRequestsThatComeFromNoPage() {
        assertThat(send(STACK, "POST")).isEqualTo(200);
    }

    @Test
    void passesBearerTokens() {
        assertThat(send(STACK, "POST", "Sec-Fetch-Site", "cross-site", "Authorization", "Bearer abc"))
                .isEqualTo(200);
        assertThat(send(STACK, "POST", "Sec-Fetch-Site", "cross-site", "Authorization", "Basic abc"))
                .isEqualTo(403);
    }

    @Test
    void trustedOriginsPassAlsoTheStackBehind() {
        Application site = CsrfSnippets.guarded(STACK);

        assertThat(send(site, "POST", "Sec-Fetch-Site", "same-site", "Origin", "https://admin.example.com"))
                .isEqualTo(200);
        assertThat(send(site, "POST", "Sec-Fetch-Site", "same-site", "Origin", "https://evil.example.com"))
                .isEqualTo(403);
    }

    @Test
    void originsThatCorsAllowsWithCredentialsPass() {
        String origin = "https://app.example.com";
        String[] request = {"Sec-Fetch-Site", "same-site", "Origin", origin};

        assertThat(send(STACK.behind(Cors.builder(origin).credentials().build()), "POST", request))
                .isEqualTo(200);
        assertThat(send(STACK.behind(Cors.of(origin)), "POST", request)).isEqualTo(403);
    }

    @Test
    void requiredTokenBelongsToTheCookie() {
        Application site = PAGE.behind(CsrfMiddleware.builder().requireToken().build());
        HttpCommunicator.Response page = Peer.get(site, "/token", "Host", "example.com");
        String cookie = cookieOf(page);

        assertThat(send(site, "POST", "Cookie", cookie)).isEqualTo(403);
        assertThat(send(site, "POST", "Cookie", cookie, "X-CSRF-Token", "x" + page.text()))
                .isEqualTo(403);
        assertThat(send(site, "POST", "Cookie", "csrftoken=short", "X-CSRF-Token", page.text()))
                .isEqualTo(403);
        assertThat(send(site, "POST", "X-CSRF-Token", page.text())).isEqualTo(403);
        assertThat(send(site, "POST", "Cookie", cookie, "X-CSRF-Token", page.text()))
                .isEqualTo(200);
    }

    @Test
    @DisplayName("P3: a page with a token creates no session")
    void tokenNeedsNoSession() {
        InMemorySessionStore sessions = InMemorySessionStore.create();
        Application site = PAGE.behind(
                AuthMiddlewareStack.of(id -> CompletableFuture.completedFuture(Optional.empty()), sessions));

        HttpCommunicator.Response page = Peer.get(site, "/token", "Host", "example.com");

        assertThat(page.text()).isNotEmpty();
        assertThat(sessions.size()).isZero();
    }

    @Test
    @DisplayName("P8: over encrypted connections, no other host can set the cookie of the token")
    void cookieIsBoundToTheHost() {
        try (HttpCommunicator peer = Peer.http(PAGE.behind(CsrfMiddleware.create()), "/token")
                .scope(facts -> facts.scheme("https"))
                .build()) {
            assertThat(peer.getResponse().headers().first("set-cookie"))
                    .hasValueSatisfying(cookie -> assertThat(cookie)
                            .startsWith("__Host-csrftoken=")
                            .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"));
        }
    }

    @Test
    void tokensOfOnePageShareOneCookie() {
        Application twice = Consumer.application(() -> new HttpConsumer() {
            @Override
            protected void handle(byte[] body) {
                sendResponse(200, CsrfMiddleware.token(scope()) + " " + CsrfMiddleware.token(scope()));
            }
        });
        HttpCommunicator.Response page = Peer.get(twice.behind(CsrfMiddleware.create()), "/", "Host", "example.com");
        Application site = PAGE.behind(CsrfMiddleware.builder().requireToken().build());

        assertThat(page.headers().all("set-cookie")).hasSize(1);
        for (String token : page.text().split(" ", -1)) {
            assertThat(send(site, "POST", "Cookie", cookieOf(page), "X-CSRF-Token", token))
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("P8: a login invalidates the tokens that were issued before")
    void loginReplacesTheToken() {
        Application login = Consumer.application(() -> new AsyncHttpConsumer() {
            @Override
            protected CompletionStage<Void> handle(byte[] body) {
                return Auth.login(scope(), User.of("1", "ada"))
                        .thenCompose(nothing -> sendResponse(200, CsrfMiddleware.token(scope())));
            }
        });
        Middleware stack = AuthMiddlewareStack.of(
                id -> CompletableFuture.completedFuture(Optional.empty()), InMemorySessionStore.create());
        HttpCommunicator.Response before = Peer.get(PAGE.behind(stack), "/token", "Host", "example.com");

        HttpCommunicator.Response after = Peer.get(login.behind(stack), "/", "Cookie", cookieOf(before));

        Application site = PAGE.behind(CsrfMiddleware.builder().requireToken().build());
        String cookie = cookieOf(after);
        assertThat(send(site, "POST", "Cookie", cookie, "X-CSRF-Token", before.text()))
                .isEqualTo(403);
        assertThat(send(site, "POST", "Cookie", cookie, "X-CSRF-Token", after.text()))
                .isEqualTo(200);
    }

    private static String cookieOf(HttpCommunicator.Response page) {
        return page.headers().all("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("csrftoken="))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }

    @Test
    @DisplayName("P8: a required token is checked behind the stack, too")
    void requiresTheTokenBehindTheStack() {
        Application site = PAGE.behind(CsrfMiddleware.builder().requireToken().build())
                .behind(AuthMiddlewareStack.of(
                        id -> CompletableFuture.completedFuture(Optional.empty()), InMemorySessionStore.create()));
        HttpCommunicator.Response page = Peer.get(site, "/token", "Host", "example.com");
        String cookie = cookieOf(page);

        assertThat(send(site, "POST", "Sec-Fetch-Site", "same-origin", "Cookie", cookie))
                .isEqualTo(403);
        assertThat(send(site, "POST", "Sec-Fetch-Site", "same-origin", "Cookie", cookie, "X-CSRF-Token", page.text()))
                .isEqualTo(200);
    }

    @Test
    void eachCopyOfATokenIsMasked() {
        Application site = PAGE.behind(SessionMiddleware.of(InMemorySessionStore.create()));
        HttpCommunicator.Response first = Peer.get(site, "/token", "Host", "example.com");
        String cookie = cookieOf(first);
        String second = Peer.get(site, "/token", "Cookie", cookie).text();

        assertThat(second).isNotEqualTo(first.text());
        for (String token : new String[] {first.text(), second}) {
            try (HttpCommunicator peer = HttpCommunicator.builder(site, "POST", "/form")
                    .header("Cookie", cookie)
                    .body(token)
                    .build()) {
                assertThat(peer.getResponse().text()).isEqualTo("true");
            }
        }
    }
}
