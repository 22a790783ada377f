package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.reMount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.channels4j.Application;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.UserStore;
import io.channels4j.consumer.Consumer;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Tests routes to applications. {@link NestedRoutersTest} tests routes to other routers. */
class MountTest {

    private final Recorder application = new Recorder();

    @Test
    void servesEveryPathThatStartsWithThePattern() {
        URLRouter router = URLRouter.of(mount("files/", application));

        assertThat(finds(router, "/files/")).isTrue();
        assertThat(finds(router, "/files/a/b.txt")).isTrue();
        assertThat(finds(router, "/file/a")).isFalse();
    }

    @Test
    void exactMountServesOnePath() {
        URLRouter router = URLRouter.of(mount("healthz", application).exact());

        assertThat(finds(router, "/healthz")).isTrue();
        assertThat(finds(router, "/healthz/")).isFalse();
        assertThat(finds(router, "/healthz/deep")).isFalse();
    }

    @Test
    void exactMountCapturesValues() {
        Route route = mount("room/<str:room>/", application).exact().with("limit", 5);

        assertThat(finds(URLRouter.of(route), "/room/lobby/")).isTrue();
        assertThat(application.route().kwargs()).isEqualTo(Map.of("room", "lobby", "limit", 5));
    }

    @Test
    void usesCustomConverters() {
        PathConverter<String> shout = PathConverter.of("[a-z]+", text -> text + "!");
        URLRouter router = URLRouter.of(mount("<shout:word>/", Map.of("shout", shout), application));

        assertThat(finds(router, "/hello/world/")).isTrue();
        assertThat(application.route().get("word")).isEqualTo("hello!");
    }

    @Test
    void regexMountServesARouterBelowAMatch() {
        URLRouter inner = URLRouter.of(path("users/", () -> application));
        URLRouter router = URLRouter.of(reMount("^(?P<tenant>\\w+)/", inner));

        assertThat(finds(router, "/acme/users/")).isTrue();
        assertThat(application.route().get("tenant")).isEqualTo("acme");
    }

    @Test
    void regexMountEndingInADollarSignServesTheWholePath() {
        URLRouter router = URLRouter.of(reMount("zzz$", application));

        assertThat(finds(router, "/zzz")).isTrue();
        assertThat(finds(router, "/aaa/zzz")).isFalse();
    }

    @Test
    @SuppressWarnings("NullAway") // simulates callers without null checks
    void rejectsNullByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> Route.mount("a/", null))
                .withMessage("application");
        assertThatNullPointerException()
                .isThrownBy(() -> Route.path("a/", (Supplier<Consumer>) null))
                .withMessage("supplier");
        assertThatNullPointerException()
                .isThrownBy(() -> Route.path(null, () -> application))
                .withMessage("pattern");
        assertThatNullPointerException()
                .isThrownBy(() -> Route.rePath(null, () -> application))
                .withMessage("regex");
        assertThatNullPointerException()
                .isThrownBy(() -> AuthMiddlewareStack.of((UserStore) null, null))
                .withMessage("users");
        assertThatNullPointerException()
                .isThrownBy(() -> ProtocolTypeRouter.builder().http((Application) null))
                .withMessage("application");
    }
}
