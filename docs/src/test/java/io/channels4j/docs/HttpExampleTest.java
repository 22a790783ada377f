package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code in docs/http.md. */
class HttpExampleTest {

    private static Response send(Application application, String method, String target, String type, String body) {
        try (HttpCommunicator peer = HttpCommunicator.builder(application, method, target)
                .header("content-type", type)
                .header("accept-encoding", "gzip")
                .body(body)
                .build()) {
            return peer.getResponse();
        }
    }

    @Test
    void answersForms() {
        Application signup = Consumer.application(HttpExample.SignupConsumer::new);
        String type = "application/x-www-form-urlencoded";

        assertThat(send(signup, "POST", "/", type, "name=").status()).isEqualTo(422);
        Response welcome = send(signup, "POST", "/", type, "name=ada");
        assertThat(welcome.status()).isEqualTo(303);
        assertThat(welcome.headers().first("location")).hasValue("/welcome");
    }

    @Test
    void storesUploads() {
        Response stored = send(
                Consumer.application(HttpExample.AvatarConsumer::new),
                "POST",
                "/",
                "multipart/form-data; boundary=b",
                "--b\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a.png\"\r\n\r\nabc\r\n--b--\r\n");

        assertThat(stored.json().get("stored").asString()).isEqualTo("a.png");
        assertThat(stored.json().get("bytes").asInt()).isEqualTo(3);
    }

    @Test
    void servesPagesAndJson(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("room.html"), "<p>room</p>".repeat(500));
        Application site = HttpExample.site(directory);

        Response rooms = send(site, "GET", "/api/rooms/", "text/plain", "");
        assertThat(rooms.text()).isEqualTo("[{\"name\":\"lobby\",\"people\":3}]");
        Response page = send(site, "GET", "/rooms/lobby/", "text/plain", "");
        assertThat(page.headers().first("content-security-policy")).hasValue("default-src 'self'");
        Response compressed = send(HttpExample.compressed(site), "GET", "/room.html", "text/plain", "");
        assertThat(compressed.headers().first("content-encoding")).hasValue("gzip");
    }
}
