package io.channels4j.docs;

import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.reMount;

import io.channels4j.Application;
import io.channels4j.ClientErrorException;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.Form;
import io.channels4j.http.FormFile;
import io.channels4j.http.FormLimits;
import io.channels4j.http.HttpConsumer;
import io.channels4j.http.StaticFiles;
import io.channels4j.middleware.CompressionMiddleware;
import io.channels4j.routing.URLRouter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The code in docs/http.md. */
final class HttpExample {

    private HttpExample() {}

    // @start region="json"
    record Room(String name, int people) {}

    public static final class RoomsConsumer extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendJson(List.of(new Room("lobby", 3)));
        }
    }
    // @end

    // @start region="redirect"
    public static final class SignupConsumer extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            String name = Form.of(scope(), body).get("name").orElse("");
            if (name.isBlank()) {
                sendJson(422, Map.of("name", "is required"));
                return;
            }
            redirect("/welcome"); // 303: the browser loads the page with GET
        }
    }
    // @end

    // @start region="upload"
    public static final class AvatarConsumer extends HttpConsumer {

        private static final FormLimits LIMITS =
                FormLimits.defaults().withMaxParts(5).withMaxPartBytes(2_000_000);

        @Override
        protected Set<String> methods() {
            return Set.of("POST");
        }

        @Override
        protected int maxBodyBytes() {
            return 3_000_000;
        }

        @Override
        protected void handle(byte[] body) {
            Form form = Form.of(scope(), body, LIMITS);
            FormFile avatar = form.file("avatar").orElseThrow(() -> new ClientErrorException(400, "no avatar"));
            sendJson(Map.of("stored", avatar.filename(), "bytes", avatar.bytes().length));
        }
    }
    // @end

    static Application site(Path directory) {
        // @start region="files"
        StaticFiles files = StaticFiles.builder(directory)
                .immutable(path -> path.startsWith("assets/"))
                .header("content-security-policy", "default-src 'self'")
                .build();
        Application site = URLRouter.of(
                path("api/rooms/", RoomsConsumer::new),
                reMount("^rooms/[^/]+/$", files.file("room.html")), // one page for all rooms
                mount("", files));
        // @end
        return site;
    }

    static Application compressed(Application site) {
        // @start region="compression"
        Application compressed =
                site.behind(CompressionMiddleware.builder().thresholdBytes(2048).build());
        // @end
        return compressed;
    }
}
