package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.reMount;
import static io.channels4j.routing.Route.rePath;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.UrlRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NestedRoutersTest {

    private static final Scope.Key<String> STAMP = new Scope.Key<>("stamp");

    private final Recorder application = new Recorder();
    private final List<UrlRoute> passed = new ArrayList<>();
    private final Middleware stamp = inner -> (scope, receiver, sender) -> {
        passed.add(scope.urlRoute());
        return inner.handle(scope.with(STAMP, "stamped"), receiver, sender);
    };

    @Test
    void mergesNamedValuesOfBothLevels() {
        URLRouter inner = URLRouter.of(rePath("^book/(?P<book>[\\w\\-]+)/page/(?P<page>\\d+)/$", () -> application));
        URLRouter outer = URLRouter.of(reMount("^universe/(?P<universe>\\d+)/", inner));

        assertThat(finds(outer, "/universe/42/book/guide/page/10/")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("universe", "42", "book", "guide", "page", "10"));
    }

    @Test
    void putsPositionalValuesOfBothLevelsInOrder() {
        URLRouter inner = URLRouter.of(rePath("^test/(\\d+)/$", () -> application));
        URLRouter outer = URLRouter.of(reMount("^positional/(\\w+)/", inner));

        assertThat(finds(outer, "/positional/foo/test/3/")).isTrue();

        assertThat(application.route().args()).isEqualTo(List.of("foo", "3"));
    }

    @Test
    void joinsTheRoutesText() {
        URLRouter outer =
                URLRouter.of(mount("number/<int:number>/", URLRouter.of(rePath("^test/$", () -> application))));

        assertThat(finds(outer, "/number/42/test/")).isTrue();

        assertThat(application.route().route()).isEqualTo("number/<int:number>/^test/$");
    }

    @Test
    void keepsConvertedValuesThroughMiddleware() {
        URLRouter inner = URLRouter.of(path("test/<int:page>/", () -> application));
        URLRouter outer = URLRouter.of(mount("number/<int:number>/", inner.behind(stamp)));

        assertThat(finds(outer, "/number/42/test/3/")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("number", 42, "page", 3));
        assertThat(application.scope().get(STAMP)).contains("stamped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/number/42/test/3/bla/", "/number/42/blub/", "/number/42/", "/number/x/test/3/"})
    void findsNoRouteWhenTheRestDoesNotMatch(String path) {
        URLRouter inner = URLRouter.of(path("test/<int:page>/", () -> application));

        assertThat(finds(URLRouter.of(mount("number/<int:number>/", inner)), path))
                .isFalse();
        assertThat(finds(URLRouter.of(mount("number/<int:number>/", inner.behind(stamp))), path))
                .isFalse();
    }

    @Test
    void middlewareReceivesValuesOfTheOuterRouter() {
        URLRouter inner = URLRouter.of(path("test/<int:page>/", () -> application));

        assertThat(finds(URLRouter.of(mount("number/<int:number>/", inner.behind(stamp))), "/number/42/test/3/"))
                .isTrue();

        assertThat(passed).containsExactly(new UrlRoute(List.of(), Map.of("number", 42), "number/<int:number>/"));
    }

    @Test
    void runsNoMiddlewareInFrontOfARouterWithoutRoute() {
        URLRouter outer = URLRouter.of(
                mount("a/", URLRouter.of(path("b/", () -> application)).behind(stamp)));

        assertThat(finds(outer, "/a/c/")).isFalse();

        assertThat(passed).isEmpty();
    }

    @Test
    void alwaysRunsMiddlewareInFrontOfTheOutermostRouter() {
        Application outermost = URLRouter.of(path("a/", () -> application)).behind(stamp);

        assertThat(finds(outermost, "/nowhere/")).isFalse();

        assertThat(passed).hasSize(1);
    }

    @Test
    void recognizesARouterBehindNestedMiddleware() {
        Application wrappedTwice =
                URLRouter.of(path("b/", () -> application)).behind(stamp).behind(stamp, stamp);

        assertThat(finds(URLRouter.of(mount("a/", wrappedTwice)), "/a/b/")).isTrue();

        assertThat(passed).hasSize(3);
    }

    @Test
    void recognizesARouterBehindEmptyMiddleware() {
        Application wrapped = URLRouter.of(path("b/", () -> application)).behind();

        assertThat(finds(URLRouter.of(mount("a/", wrapped)), "/a/b/")).isTrue();
    }

    @Test
    void runsTheMiddlewareOfEachLevelOnce() {
        Application innermost = URLRouter.of(path("c/<x>/", () -> application)).behind(stamp);
        Application middle = URLRouter.of(mount("b/<y>/", innermost)).behind(stamp);

        assertThat(finds(URLRouter.of(mount("a/<z>/", middle)), "/a/1/b/2/c/3/"))
                .isTrue();

        assertThat(passed).extracting(UrlRoute::route).containsExactly("a/<z>/", "a/<z>/b/<y>/");
        assertThat(application.route().kwargs()).isEqualTo(Map.of("z", "1", "y", "2", "x", "3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/root", ""})
    void triesTheOuterRouterIfTheInnerRouterHasNoRoute(String rootPath) {
        Recorder missed = new Recorder();
        URLRouter inner = URLRouter.of(rePath("^no-match/$", () -> missed));
        URLRouter middle = URLRouter.of(
                reMount("^prefix/", inner), rePath("^stuff/$", () -> missed), path("prefix/stuff/", () -> application));
        URLRouter outermost = URLRouter.of(mount("", middle));
        Scope scope = Scope.builder("http")
                .rootPath(rootPath)
                .path(rootPath + "/prefix/stuff/")
                .build();

        assertThat(finds(outermost, scope)).isTrue();

        assertThat(application.calls()).isEqualTo(1);
        assertThat(missed.calls()).isZero();
    }

    @Test
    void triesTheOuterRouterIfARouterBehindMiddlewareHasNoRoute() {
        URLRouter outer = URLRouter.of(
                mount("a/", URLRouter.of(path("b/", () -> new Recorder())).behind(stamp)),
                path("a/c/", () -> application));

        assertThat(finds(outer, "/a/c/")).isTrue();

        assertThat(application.calls()).isEqualTo(1);
        assertThat(passed).isEmpty();
    }

    @Test
    void discardsTheValuesOfAMiss() {
        URLRouter outer = URLRouter.of(
                mount("<lost>/", URLRouter.of(path("b/", () -> new Recorder()))), path("<kept>/c/", () -> application));

        assertThat(finds(outer, "/a/c/")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("kept", "a"));
    }

    @Test
    void doesNotStripTheRootPathAgainInside() {
        URLRouter outer = URLRouter.of(mount("", URLRouter.of(path("a/", () -> application))));
        Scope scope =
                Scope.builder("http").rootPath("/root").path("/root/root/a/").build();

        assertThat(finds(outer, scope)).isFalse();
    }

    @Test
    void removesOneSlashBetweenPatterns() {
        URLRouter outer = URLRouter.of(mount("api", URLRouter.of(path("users/", () -> application))));

        assertThat(finds(outer, "/api/users/")).isTrue();
        assertThat(finds(outer, "/api//users/")).isFalse();
    }

    @Test
    void doesNotCollapseSlashesInNestedRouters() {
        assertThat(finds(URLRouter.of(mount("", URLRouter.of(path("a/", () -> application)))), "//a/"))
                .isFalse();
        assertThat(finds(URLRouter.of(mount("b/", URLRouter.of(path("a/", () -> application)))), "/b//a/"))
                .isFalse();
    }

    @Test
    void innerValueTakesPrecedenceOverOuterValue() {
        URLRouter outer = URLRouter.of(mount("<x>/", URLRouter.of(path("<x>/", () -> application))));

        assertThat(finds(outer, "/outer/inner/")).isTrue();

        assertThat(application.route().get("x")).isEqualTo("inner");
    }

    @Test
    void innerExtraValueTakesPrecedenceOverOuterExtraValue() {
        URLRouter inner = URLRouter.of(path("", () -> application).with("x", "inner"));

        assertThat(finds(URLRouter.of(mount("a/", inner).with("x", "outer").with("y", "outer")), "/a/"))
                .isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("x", "inner", "y", "outer"));
    }

    @Test
    void outerCapturedValueTakesPrecedenceOverInnerExtraValue() {
        URLRouter outer = URLRouter.of(
                mount("<int:x>/", URLRouter.of(path("", () -> application).with("x", 99))));

        assertThat(finds(outer, "/3/")).isTrue();

        assertThat(application.route().getInt("x")).isEqualTo(3);
    }

    @Test
    void mountsAManuallyWrappedRouter() {
        Application wrappedByHand = stamp.wrap(URLRouter.of(path("b/<x>/", () -> application)));

        assertThat(finds(URLRouter.of(mount("a/", wrappedByHand)), "/a/b/1/")).isTrue();

        assertThat(application.route()).isEqualTo(new UrlRoute(List.of(), Map.of("x", "1"), "a/b/<x>/"));
        assertThat(passed).hasSize(1);
    }

    @Test
    void mountedApplicationHandlesItsOwnMisses() {
        Recorder later = new Recorder();
        Application wrappedByHand = stamp.wrap(URLRouter.of(path("b/", () -> application)));

        assertThat(finds(URLRouter.of(mount("a/", wrappedByHand), path("a/c/", () -> later)), "/a/c/"))
                .isFalse();
        assertThat(later.calls()).isZero();
    }

    @Test
    void keepsTheRouteOfAnotherRouter() {
        UrlRoute before = new UrlRoute(List.of(1), Map.of("tenant", "acme"), "{tenant}/");
        Scope scope =
                Scope.builder("http").path("/a/").with(Scope.URL_ROUTE, before).build();

        assertThat(finds(URLRouter.of(path("<x>/", () -> application)), scope)).isTrue();

        assertThat(application.route())
                .isEqualTo(new UrlRoute(List.of(1), Map.of("tenant", "acme", "x", "a"), "{tenant}/<x>/"));
    }
}
