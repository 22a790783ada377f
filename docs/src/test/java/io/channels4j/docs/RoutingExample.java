package io.channels4j.docs;

import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.rePath;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.routing.PathConverter;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.time.Year;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The code of docs/routing.md. */
final class RoutingExample {

    private RoutingExample() {}

    static Application site(Middleware auth) {
        // @start region="routes"
        Application site = ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        path("", PageConsumer::new),
                        path("articles/<int:year>/<slug:title>/", PageConsumer::new),
                        mount("files/<uuid:owner>/", files().behind(auth)),
                        mount("", Consumer.application(NotFoundConsumer::new))))
                .websocket(URLRouter.of(
                        path("ws/chat/<room>/", RoomConsumer::new),
                        rePath("^ws/user/(?P<user_id>\\d+)/$", RoomConsumer::new)))
                .build();
        // @end
        return site;
    }

    // @start region="nested"
    static URLRouter files() {
        return URLRouter.of(
                path("", PageConsumer::new), // files/<owner>/
                path("<path:name>", PageConsumer::new)); // files/<owner>/any/path
    }
    // @end

    static URLRouter archive() {
        // @start region="converter"
        PathConverter<Year> year = PathConverter.of("[0-9]{4}", Year::parse);
        URLRouter archive = URLRouter.of(path("archive/<yyyy:year>/", Map.of("yyyy", year), PageConsumer::new));
        // @end
        return archive;
    }

    // @start region="values"
    public static final class RoomConsumer extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            String room = scope().urlRoute().get("room"); // throws an exception if the route has no such value
            return send(room + ": " + text);
        }
    }
    // @end

    // @start region="missing"
    public static final class NotFoundConsumer extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(404, "There is no page here. Try the start page.");
        }
    }
    // @end

    static final class PageConsumer extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, scope().urlRoute().kwargs().toString());
        }
    }
}
