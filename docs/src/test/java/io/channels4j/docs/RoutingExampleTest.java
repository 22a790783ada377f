package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.routing.Route;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the statements of docs/routing.md. */
class RoutingExampleTest {

    private static final Application SITE = RoutingExample.site(inner -> inner);

    private static HttpCommunicator.Response get(Application application, String path) {
        try (HttpCommunicator peer =
                HttpCommunicator.builder(application, "GET", path).build()) {
            return peer.getResponse();
        }
    }

    private static HttpConsumer values() {
        return new HttpConsumer() {
            @Override
            protected void handle(byte[] body) {
                sendResponse(
                        200,
                        scope().urlRoute().kwargs() + " " + scope().urlRoute().args());
            }
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/                                           | {}",
                "/articles/2026/a-title/                     | {year=2026, title=a-title}",
                "/files/0b2f6c4e-6a1a-4f0e-9c57-1f6e4d5a9b11/ | {owner=0b2f6c4e-6a1a-4f0e-9c57-1f6e4d5a9b11}",
            })
    void routesOfTheExample(String path, String values) {
        assertThat(get(SITE, path).text()).isEqualTo(values);
    }

    @Test
    void nestedRoutesSeeOuterValues() {
        assertThat(get(SITE, "/files/0b2f6c4e-6a1a-4f0e-9c57-1f6e4d5a9b11/docs/a.txt")
                        .text())
                .isEqualTo("{owner=0b2f6c4e-6a1a-4f0e-9c57-1f6e4d5a9b11, name=docs/a.txt}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/articles/2026/a-title", // no slash at the end
                "/articles/99999999999/a-title/", // beyond the range of int
                "/articles/2026/A%20title/", // not a slug
                "/files/0B2F6C4E-6a1a-4f0e-9c57-1f6e4d5a9b11/", // not in lower case
                "//",
            })
    void otherPathsReachTheLastRoute(String path) {
        HttpCommunicator.Response response = get(SITE, path);

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).startsWith("There is no page here");
    }

    @Test
    void webSocketWithoutARouteIsRejected() {
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(SITE, "/ws/elsewhere/").build()) {
            assertThat(peer.connect().status()).isEqualTo(404);
        }
    }

    @Test
    void webSocketHasTheValuesOfItsRoute() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(SITE, "/ws/chat/caf%C3%A9%20noir/")
                .build()) {
            peer.connect();
            peer.sendTo("hi");

            assertThat(peer.receiveFrom()).isEqualTo("café noir: hi");
        }
    }

    @ParameterizedTest
    @CsvSource({"/archive/2026/, 200", "/archive/202/, 404", "/archive/20260/, 404"})
    void ownConverter(String path, int status) {
        assertThat(get(RoutingExample.archive(), path).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "^user/(?P<id>\\d+)/$   ; /user/7/     ; {id=7} []",
                "^user/(?<id>\\d+)/$    ; /user/7/     ; {id=7} []",
                "^user/(\\d+)/(\\w+)/$  ; /user/7/ada/ ; {} [7, ada]",
                "^(a|b)(?P<n>\\d)$      ; /a1          ; {n=1} []",
                "^x(?P<n>\\d)?$         ; /x           ; {} []",
                "user                  ; /a/user/b    ; {} []",
                "^user                 ; /user/b      ; {} []",
                "(?i)^USER/$           ; /user/       ; {} []",
            })
    void regularExpressions(String regex, String path, String values) {
        assertThat(get(URLRouter.of(Route.rePath(regex, RoutingExampleTest::values)), path)
                        .text())
                .isEqualTo(values);
    }

    @ParameterizedTest
    @CsvSource({"^user/$, /user/7/", "^user/$, /a/user/", "^us.r$, /user/", "^USER$, /user"})
    void regularExpressionsThatDoNotMatch(String regex, String path) {
        assertThat(get(URLRouter.of(Route.rePath(regex, RoutingExampleTest::values)), path)
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^/user/$",
                "(a)\\1",
                "(?P<a>x)(?P=a)",
                "a(?=b)",
                "a(?!b)",
                "(?<=a)b",
                "(?<!a)b",
                "(?>a)b",
                "a++",
                "(?x)a",
                "(?m)^a$",
                "\\R",
                "\\X",
                "\\G",
                "a{1001}",
                "(a{100}){100}",
                "(",
                "(?P<a>x)(?P<a>y)",
            })
    void rejectedRegularExpressions(String regex) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.rePath(regex, RoutingExampleTest::values))
                .withMessageStartingWith("route: \"" + regex + "\" (expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/",
                "^ws/$",
                "ws/{room}/",
                "ws/<room/",
                "ws/<number:id>/",
                "ws/<a>/<a>/",
                "ws/<str: room>/",
            })
    void rejectedPaths(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Route.path(pattern, RoutingExampleTest::values))
                .withMessageStartingWith("route: \"" + pattern + "\" (expected: ");
    }

    @Test
    void mountOfAnApplicationMatchesEveryRest() {
        Application mounted = URLRouter.of(Route.mount("healthz", Consumer.application(RoutingExampleTest::values)));

        assertThat(get(mounted, "/healthz").status()).isEqualTo(200);
        assertThat(get(mounted, "/healthz/live").status()).isEqualTo(200);
    }

    @Test
    void exactMountMatchesThePathOnly() {
        Application exact = URLRouter.of(Route.mount("healthz", Consumer.application(RoutingExampleTest::values))
                .exact());

        assertThat(get(exact, "/healthz").status()).isEqualTo(200);
        assertThat(get(exact, "/healthz/live").status()).isEqualTo(404);
    }
}
