package io.channels4j.scenarios;

import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.reMount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.layer.MessageEvent;
import io.channels4j.routing.ChannelNameRouter;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.ApplicationCommunicator;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Scenarios from upstream's {@code tests/test_routing.py}. */
class RoutingScenariosTest {

    private record Answer(String name, List<Object> args, Map<String, Object> kwargs) {}

    /** Responds with the name of the application and the values that the routers captured. */
    private static Application respondingAs(String name) {
        return (scope, receiver, sender) -> {
            Answer answer =
                    new Answer(name, scope.urlRoute().args(), scope.urlRoute().kwargs());
            sender.send(new HttpResponseStart(200, Headers.empty()));
            return sender.send(new HttpResponseBody(new JsonMapper().writeValueAsBytes(answer), false));
        };
    }

    private static HttpCommunicator.Response get(Application application, String path, String rootPath) {
        try (HttpCommunicator client = HttpCommunicator.builder(application, "GET", path)
                .scope(facts -> facts.rootPath(rootPath))
                .timeout(Duration.ofSeconds(10))
                .build()) {
            return client.getResponse();
        }
    }

    private static HttpCommunicator.Response get(Application application, String path) {
        return get(application, path, "");
    }

    private static Answer answer(Application application, String path, String rootPath) {
        HttpCommunicator.Response response = get(application, path, rootPath);
        assertThat(response.status()).as(path).isEqualTo(200);
        return new JsonMapper().readValue(response.body(), Answer.class);
    }

    private static Answer answer(Application application, String path) {
        return answer(application, path, "");
    }

    /** A worker application that sends back every event it receives. */
    private static Application echoing() {
        return (scope, receiver, sender) -> receiver.receive().thenCompose(sender::send);
    }

    private static ApplicationCommunicator started(Application application, Scope.Key<String> key, String value) {
        ApplicationCommunicator peer = ApplicationCommunicator.builder(
                        application, Scope.builder("channel").with(key, value))
                .build();
        peer.sendInput(new MessageEvent(Message.of("hello")));
        return peer;
    }

    @Test
    @DisplayName("test_protocol_type_router: dispatches by the scope's type")
    void protocolTypeRouterDispatchesByType() {
        ProtocolTypeRouter router = ProtocolTypeRouter.builder()
                .http(respondingAs("http"))
                .websocket(AcceptingConsumer::new)
                .build();

        assertThat(answer(router, "/").name()).isEqualTo("http");
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(router, "/").build()) {
            assertThat(peer.connect().accepted()).isTrue();
        }
    }

    static final class AcceptingConsumer extends AsyncWebsocketConsumer {}

    @Test
    @DisplayName("test_protocol_type_router: a type without an application fails")
    void protocolTypeRouterFailsForUnknownType() {
        ProtocolTypeRouter router =
                ProtocolTypeRouter.builder().http(respondingAs("http")).build();
        try (ApplicationCommunicator peer = ApplicationCommunicator.builder(router, Scope.builder("aprotocol"))
                .build()) {
            peer.sendInput(new MessageEvent(Message.of("hello")));

            assertThatThrownBy(peer::receiveOutput)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessage("scope type: \"aprotocol\" (expected: one of [http])");
        }
    }

    @Test
    @DisplayName("test_protocol_type_router: a scope without a type cannot be built")
    void scopeHasType() {
        assertThatThrownBy(() -> Scope.builder("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("test_channel_name_router: dispatches by the channel's name")
    void channelNameRouterDispatchesByName() {
        ChannelNameRouter router = ChannelNameRouter.of(Map.of("test", echoing()));
        try (ApplicationCommunicator peer = started(router, Scope.CHANNEL, "test")) {
            assertThat(peer.receiveOutput()).isEqualTo(new MessageEvent(Message.of("hello")));
        }
    }

    @Test
    @DisplayName("test_channel_name_router: a name without an application fails")
    void channelNameRouterFailsForUnknownName() {
        ChannelNameRouter router = ChannelNameRouter.of(Map.of("test", echoing()));
        try (ApplicationCommunicator peer = started(router, Scope.CHANNEL, "other")) {
            assertThatThrownBy(peer::receiveOutput)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessage("channel name: \"other\" (expected: one of [test])");
        }
    }

    @Test
    @DisplayName("test_channel_name_router: a scope without a channel name fails")
    void channelNameRouterFailsWithoutName() {
        ChannelNameRouter router = ChannelNameRouter.of(Map.of("test", echoing()));
        try (ApplicationCommunicator peer = started(router, new Scope.Key<>("other"), "test")) {
            assertThatThrownBy(peer::receiveOutput)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageContaining("without channel name");
        }
    }

    @Test
    @DisplayName("test_url_router: empty, literal and searched patterns")
    void urlRouterDispatchesByPath() {
        URLRouter router = URLRouter.of(
                reMount("^$", respondingAs("root")),
                reMount("^foo/$", respondingAs("foo")),
                reMount("bar", respondingAs("bar")));

        assertThat(answer(router, "/").name()).isEqualTo("root");
        assertThat(answer(router, "/foo/").name()).isEqualTo("foo");
        assertThat(answer(router, "/foo/bar/").name()).isEqualTo("bar");
        assertThat(answer(router, "/bar/baz/").name()).isEqualTo("bar");
    }

    @Test
    @DisplayName("test_url_router: groups without names are args, groups with names are kwargs")
    void urlRouterCapturesArgsAndKwargs() {
        URLRouter router = URLRouter.of(
                reMount("^posarg/(\\d+)/$", respondingAs("posarg")),
                reMount("^kwarg/(?P<name>\\w+)/$", respondingAs("kwarg")));

        assertThat(answer(router, "/posarg/123/")).isEqualTo(new Answer("posarg", List.of("123"), Map.of()));
        assertThat(answer(router, "/kwarg/hello/")).isEqualTo(new Answer("kwarg", List.of(), Map.of("name", "hello")));
    }

    @Test
    @DisplayName("test_url_router: extra values are merged into kwargs")
    void urlRouterAddsExtraValues() {
        URLRouter router = URLRouter.of(
                reMount("^defaultkwarg/$", respondingAs("default")).with("default", 42),
                reMount("^kwarg/(?P<name>\\w+)/$", respondingAs("both")).with("default", 42));

        assertThat(answer(router, "/defaultkwarg/").kwargs()).isEqualTo(Map.of("default", 42));
        assertThat(answer(router, "/kwarg/hello/").kwargs()).isEqualTo(Map.of("name", "hello", "default", 42));
    }

    @Test
    @DisplayName("differs by design: a captured value takes precedence over an extra one of the same name")
    void capturedValueTakesPrecedence() {
        URLRouter router =
                URLRouter.of(mount("a/<int:x>/", respondingAs("a")).exact().with("x", 99));

        assertThat(answer(router, "/a/3/").kwargs()).isEqualTo(Map.of("x", 3));
    }

    @Test
    @DisplayName("test_url_router: the root path is removed")
    void urlRouterRemovesTheRootPath() {
        URLRouter router = URLRouter.of(reMount("^foo/$", respondingAs("foo")));

        assertThat(answer(router, "/root/foo/", "/root").name()).isEqualTo("foo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/", "/foo", "/other/foo/", "/posarg/abc/"})
    @DisplayName("P7: test_url_router: a path without a route gets 404")
    void respondsWith404WithoutARoute(String path) {
        URLRouter router = URLRouter.of(
                reMount("^foo/$", respondingAs("foo")), reMount("^posarg/(\\d+)/$", respondingAs("posarg")));

        assertThat(get(router, path).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("P7: test_url_router: a path outside the root path gets 404")
    void respondsWith404OutsideTheRootPath() {
        URLRouter router = URLRouter.of(reMount("^foo/$", respondingAs("foo")));

        assertThat(get(router, "/elsewhere/foo/", "/root").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("P7: test_url_router: a WebSocket without a route is rejected with 404")
    void rejectsAWebSocketWithoutARoute() {
        URLRouter router = URLRouter.of(path("ws/", AcceptingConsumer::new));
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(router, "/other/").build()) {
            assertThat(peer.connect().accepted()).isFalse();
            assertThat(peer.connect().status()).isEqualTo(404);
        }
    }

    @Test
    @DisplayName("test_url_router_nesting: kwargs are merged and args are concatenated")
    void nestedRoutersMergeCapturedValues() {
        URLRouter inner = URLRouter.of(
                reMount("^book/(?P<book>[\\w\\-]+)/page/(?P<page>\\d+)/$", respondingAs("named")),
                reMount("^test/(\\d+)/$", respondingAs("positional")));
        URLRouter router = URLRouter.of(
                reMount("^universe/(?P<universe>\\d+)/", inner),
                reMount("^(\\w+)/", inner),
                reMount("moon/", respondingAs("moon")));

        assertThat(answer(router, "/universe/42/book/channels-guide/page/10/").kwargs())
                .isEqualTo(Map.of("universe", "42", "book", "channels-guide", "page", "10"));
        assertThat(answer(router, "/parent/test/7/").args()).isEqualTo(List.of("parent", "7"));
    }

    @Test
    @DisplayName("test_url_router_nesting_path: converted values of all levels, through middleware")
    void nestedPathsMergeConvertedValues() {
        Middleware passing = inner -> (scope, receiver, sender) -> inner.handle(scope, receiver, sender);
        URLRouter inner =
                URLRouter.of(mount("test/<int:page>/", respondingAs("page")).exact());
        URLRouter middle = URLRouter.of(mount("universe/<int:universe>/", inner.behind(passing)));
        URLRouter router = URLRouter.of(mount("<str:first>/", middle.behind(passing)));

        assertThat(answer(router, "/parent/universe/42/test/7/").kwargs())
                .isEqualTo(Map.of("first", "parent", "universe", 42, "page", 7));
        assertThat(get(router, "/parent/universe/42/test/7/more/").status()).isEqualTo(404);
        assertThat(get(router, "/parent/universe/42/other/7/").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("test_url_router_path: literal, text and converted values")
    void pathsConvertValues() {
        URLRouter router = URLRouter.of(
                mount("", respondingAs("root")).exact(),
                mount("foo/", respondingAs("foo")).exact(),
                mount("author/<name>/", respondingAs("author")).exact(),
                mount("year/<int:year>/", respondingAs("year")).exact());

        assertThat(answer(router, "/").name()).isEqualTo("root");
        assertThat(answer(router, "/foo/").name()).isEqualTo("foo");
        assertThat(answer(router, "/author/andrewgodwin/").kwargs()).isEqualTo(Map.of("name", "andrewgodwin"));
        assertThat(answer(router, "/year/2012/").kwargs()).isEqualTo(Map.of("year", 2012));
        assertThat(get(router, "/nonexistent/").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("test_path_remaining: an inner miss continues with the outer router's next routes")
    void innerMissContinuesWithTheOuterRouter() {
        URLRouter innermost = URLRouter.of(reMount("^no-match/$", respondingAs("innermost")));
        URLRouter inner = URLRouter.of(reMount("^no-match/$", respondingAs("inner")), reMount("^prefix/", innermost));
        URLRouter router = URLRouter.of(reMount("^prefix/", inner), reMount("^prefix/stuff/$", respondingAs("outer")));

        assertThat(answer(router, "/prefix/stuff/").name()).isEqualTo("outer");
        assertThat(answer(router, "/root/prefix/stuff/", "/root").name()).isEqualTo("outer");
        assertThat(get(router, "/root/root/prefix/stuff/", "/root").status()).isEqualTo(404);
    }
}
