package io.channels4j.behaviour;

import static io.channels4j.routing.Route.mount;

import io.channels4j.Application;
import io.channels4j.http.StaticFiles;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import java.nio.file.Path;

/** The examples in the Javadoc of static files. {@link StaticFilesTest} runs them. */
final class StaticFilesSnippets {

    private StaticFilesSnippets() {}

    static Application application(Path directory) {
        // @start region="mount"
        StaticFiles files = StaticFiles.of(directory); // or StaticFiles.ofClassPath("META-INF/resources/static")
        Application application = ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        mount("static/", files),
                        mount("", files.file("index.html")).exact()))
                .build();
        // @end
        return application;
    }
}
