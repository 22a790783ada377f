package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.rePath;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Middleware;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingSnippetsTest {

    private final Recorder page = new Recorder();
    private final Recorder chat = new Recorder();
    private final Recorder user = new Recorder();
    private final Recorder report = new Recorder();
    private final Middleware login = inner -> inner;

    private Recorder page() {
        return page;
    }

    private Recorder chat() {
        return chat;
    }

    private Recorder user() {
        return user;
    }

    private Recorder report() {
        return report;
    }

    @Test
    void routesByPath() {
        // @start region="paths"
        URLRouter reports = URLRouter.of(path("<int:year>/", this::report));
        URLRouter router = URLRouter.of(
                path("", this::page),
                path("ws/chat/<str:room_name>/", this::chat),
                rePath("^ws/user/(?P<user_id>\\d+)/$", this::user),
                mount("reports/", reports.behind(login)));
        // @end

        assertThat(finds(router, "/")).isTrue();
        assertThat(finds(router, "/ws/chat/lobby/")).isTrue();
        assertThat(chat.route().get("room_name")).isEqualTo("lobby");
        assertThat(finds(router, "/ws/user/7/")).isTrue();
        assertThat(user.route().getInt("user_id")).isEqualTo(7);
        assertThat(finds(router, "/reports/2026/")).isTrue();
        assertThat(report.route().getInt("year")).isEqualTo(2026);
    }

    @Test
    void routesByProtocol() {
        // @start region="protocols"
        Application application = ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("", this::page)))
                .websocket(URLRouter.of(path("ws/", this::chat)).behind(login))
                .build();
        // @end

        assertThat(finds(application, "/")).isTrue();
        assertThat(page.calls()).isEqualTo(1);
    }

    @Test
    void convertsPlaceholders() {
        // @start region="converter"
        PathConverter<LocalDate> day = PathConverter.of("[0-9]{4}-[0-9]{2}-[0-9]{2}", LocalDate::parse);
        Route route = path("reports/<day:from>/", Map.of("day", day), this::report);
        // @end

        assertThat(finds(URLRouter.of(route), "/reports/2026-11-20/")).isTrue();
        assertThat(report.route().get("from", LocalDate.class)).isEqualTo(LocalDate.of(2026, 11, 20));
    }
}
