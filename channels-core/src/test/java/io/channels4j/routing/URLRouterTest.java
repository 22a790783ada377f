package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.rePath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.UrlRoute;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class URLRouterTest {

    private final Recorder first = new Recorder();
    private final Recorder second = new Recorder();
    private final FakePeer peer = new FakePeer();

    @Test
    void takesTheFirstRouteThatMatches() {
        URLRouter router = URLRouter.of(
                path("room/new/", () -> first), path("room/<name>/", () -> second), path("room/new/", () -> second));

        assertThat(finds(router, "/room/new/")).isTrue();

        assertThat(first.calls()).isEqualTo(1);
        assertThat(second.calls()).isZero();
    }

    @Test
    void triesTheNextRouteIfOneDoesNotMatch() {
        URLRouter router = URLRouter.of(path("a/", () -> first), path("b/", () -> second));

        assertThat(finds(router, "/b/")).isTrue();

        assertThat(second.calls()).isEqualTo(1);
    }

    @Test
    void matchesTheRootWithTheEmptyPattern() {
        assertThat(finds(URLRouter.of(path("", () -> first)), "/")).isTrue();
    }

    @Test
    void ignoresTheQuery() {
        assertThat(finds(URLRouter.of(path("a/", () -> first)), "/a/?b=/c/")).isTrue();
    }

    @Test
    void createsAConsumerPerConnection() {
        URLRouter router = URLRouter.of(path("a/", () -> first), rePath("^b/$", () -> second));

        assertThat(finds(router, "/a/")).isTrue();
        assertThat(finds(router, "/b/")).isTrue();

        assertThat(first.calls()).isEqualTo(1);
        assertThat(second.calls()).isEqualTo(1);
    }

    @Test
    void reportsTheRouteAsWritten() {
        assertThat(finds(URLRouter.of(path("room/<name>/", () -> first)), "/room/lobby/"))
                .isTrue();

        assertThat(first.route()).isEqualTo(new UrlRoute(List.of(), Map.of("name", "lobby"), "room/<name>/"));
    }

    @Test
    void keepsTheOtherPartsOfTheScope() {
        Scope.Key<String> key = new Scope.Key<>("fact");
        Scope scope = Scope.builder("http").path("/a/").with(key, "kept").build();

        assertThat(finds(URLRouter.of(path("a/", () -> first)), scope)).isTrue();

        assertThat(first.scope().get(key)).contains("kept");
        assertThat(first.scope().path()).isEqualTo("/a/");
    }

    @Test
    void routesWebSockets() {
        Scope scope = Scope.builder("websocket").target("/ws/lobby/").build();

        URLRouter.of(path("ws/<room>/", () -> first)).handle(scope, peer, peer);

        assertThat(first.route().get("room")).isEqualTo("lobby");
    }

    @Test
    void addsExtraValues() {
        Route route = path("a/<x>/", () -> first).with("greeting", "hello").with("limit", 5);

        assertThat(finds(URLRouter.of(route), "/a/b/")).isTrue();

        assertThat(first.route().kwargs()).isEqualTo(Map.of("x", "b", "greeting", "hello", "limit", 5));
    }

    @Test
    void addingAValueDoesNotChangeTheRoute() {
        Route route = path("a/", () -> first);

        assertThat(route.with("limit", 5)).isNotSameAs(route).hasToString("a/");
        assertThat(finds(URLRouter.of(route), "/a/")).isTrue();
        assertThat(first.route().kwargs()).isEmpty();
    }

    @Test
    void capturedValueTakesPrecedenceOverExtraValue() {
        assertThat(finds(URLRouter.of(path("a/<int:x>/", () -> first).with("x", 99)), "/a/3/"))
                .isTrue();

        assertThat(first.route().getInt("x")).isEqualTo(3);
    }

    @Test
    void usesAnExtraValueIfItsGroupDidNotParticipate() {
        URLRouter router = URLRouter.of(
                rePath("^list/(?:page-(?P<page>\\d+)/)?$", () -> first).with("page", "1"));

        assertThat(finds(router, "/list/")).isTrue();

        assertThat(first.route().getInt("page")).isEqualTo(1);
    }

    @Test
    void stripsTheRootPath() {
        assertThat(finds(URLRouter.of(path("a/", () -> first)), under("/root", "/root/a/")))
                .isTrue();
    }

    @Test
    void stripsARootPathThatEndsInASlash() {
        assertThat(finds(URLRouter.of(path("a/", () -> first)), under("/root/", "/root/a/")))
                .isTrue();
    }

    @Test
    void matchesTheRootPathItselfWithTheEmptyPattern() {
        assertThat(finds(URLRouter.of(path("", () -> first)), under("/root", "/root")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/", "/roota/", "/rootless/a/", "/other/a/"})
    void findsNoRouteOutsideTheRootPath(String path) {
        assertThat(finds(URLRouter.of(rePath("a/$", () -> first), rePath("", () -> first)), under("/root", path)))
                .isFalse();
    }

    @Test
    void stripsTheRootPathOnce() {
        assertThat(finds(URLRouter.of(path("a/", () -> first)), under("/root", "/root/root/a/")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"//a/", "///a/", "/a//"})
    void removesOnlyTheFirstSlash(String path) {
        assertThat(finds(URLRouter.of(path("a/", () -> first)), path)).isFalse();
    }

    @Test
    void lastRouteCanServeAllOtherPaths() {
        URLRouter router = URLRouter.of(path("a/", () -> first), rePath("", () -> second));

        assertThat(finds(router, "/any/thing")).isTrue();

        assertThat(second.calls()).isEqualTo(1);
    }

    @Test
    void triesNoOtherRouteWhenAnApplicationThrows() {
        IllegalArgumentException own = new IllegalArgumentException("not found");
        Application throwing = (scope, receiver, sender) -> {
            throw own;
        };
        URLRouter router = URLRouter.of(mount("a/", throwing), path("a/", () -> first));

        assertThatThrownBy(() -> finds(router, "/a/")).isSameAs(own);
        assertThat(first.calls()).isZero();
    }

    @Test
    void triesNoOtherRouteWhenAnApplicationFails() {
        ChannelsException own = new ChannelsException("not found");
        URLRouter router = URLRouter.of(
                mount("a/", (scope, receiver, sender) -> CompletableFuture.failedFuture(own)), path("a/", () -> first));

        assertThatThrownBy(() -> finds(router, "/a/")).cause().isSameAs(own);
        assertThat(first.calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lifespan", "channel"})
    void failsForAScopeThatHasNoPath(String type) {
        Scope scope = Scope.builder(type).build();

        CompletionStage<Void> done = URLRouter.of(rePath("", () -> first)).handle(scope, peer, peer);

        assertThatThrownBy(() -> done.toCompletableFuture().join())
                .cause()
                .isInstanceOf(ChannelsException.class)
                .hasMessage(
                        "url router: scope type \"%s\" has no path (expected: a ProtocolTypeRouter in front)", type);
        assertThat(first.calls()).isZero();
    }

    @Test
    void toStringListsTheRoutes() {
        assertThat(URLRouter.of(path("a/", () -> first), rePath("^b", () -> first)))
                .hasToString("URLRouter[a/, ^b]");
    }

    private static Scope under(String rootPath, String path) {
        return Scope.builder("http").rootPath(rootPath).path(path).build();
    }
}
