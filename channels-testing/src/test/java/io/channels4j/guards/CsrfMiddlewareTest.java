package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.security.Cors;
import io.channels4j.security.CsrfMiddleware;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsrfMiddlewareTest {

    /** Responds with the token of the client's session, or with {@code true} or {@code false} for a valid or invalid token in the body. */
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
    void requiredTokenIsThatOfTheSession() {
        SessionStore sessions = InMemorySessionStore.create();
        Application site = PAGE.behind(
                SessionMiddleware.of(sessions),
                CsrfMiddleware.builder().requireToken().build());
        HttpCommunicator.Response page = Peer.get(site, "/token", "Host", "example.com");
        String cookie = page.headers().first("set-cookie").orElseThrow().split(";", 2)[0];

        assertThat(send(site, "POST", "Cookie", cookie)).isEqualTo(403);
        assertThat(send(site, "POST", "Cookie", cookie, "X-CSRF-Token", "x" + page.text()))
                .isEqualTo(403);
        assertThat(send(site, "POST", "X-CSRF-Token", page.text())).isEqualTo(403);
        assertThat(send(site, "POST", "Cookie", cookie, "X-CSRF-Token", page.text()))
                .isEqualTo(200);
    }

    @Test
    @DisplayName("P8: a required token is checked behind the stack, too")
    void requiresTheTokenBehindTheStack() {
        Application site = PAGE.behind(CsrfMiddleware.builder().requireToken().build())
                .behind(AuthMiddlewareStack.of(
                        id -> CompletableFuture.completedFuture(Optional.empty()), InMemorySessionStore.create()));
        HttpCommunicator.Response page = Peer.get(site, "/token", "Host", "example.com");
        String cookie = page.headers().first("set-cookie").orElseThrow().split(";", 2)[0];

        assertThat(send(site, "POST", "Sec-Fetch-Site", "same-origin", "Cookie", cookie))
                .isEqualTo(403);
        assertThat(send(site, "POST", "Sec-Fetch-Site", "same-origin", "Cookie", cookie, "X-CSRF-Token", page.text()))
                .isEqualTo(200);
    }

    @Test
    void eachCopyOfATokenIsMasked() {
        Application site = PAGE.behind(SessionMiddleware.of(InMemorySessionStore.create()));
        HttpCommunicator.Response first = Peer.get(site, "/token", "Host", "example.com");
        String cookie = first.headers().first("set-cookie").orElseThrow().split(";", 2)[0];
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
