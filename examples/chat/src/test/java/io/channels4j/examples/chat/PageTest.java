package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    private final MessageStore store = MessageStore.open(DatabaseAddress.of("jdbc:h2:mem:" + UUID.randomUUID()));
    private final Application application = ChatServer.application(store, InMemorySessionStore.create());

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/rooms/kitchen/", "/rooms/kitchen", "/rooms/Caf%C3%A9%20100%25/", "/index.html"})
    void servesThePageForEveryView(String path) {
        Response response = request("GET", path);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().all("content-type")).containsExactly("text/html; charset=utf-8");
        assertThat(response.text()).contains("<title>Chat</title>");
    }

    @ParameterizedTest
    @CsvSource({
        "/chat.css, text/css; charset=utf-8",
        "/chat.js, text/javascript; charset=utf-8",
        "/lobby.js, text/javascript; charset=utf-8",
        "/people.js, text/javascript; charset=utf-8",
        "/room.js, text/javascript; charset=utf-8",
        "/socket.js, text/javascript; charset=utf-8",
        "/icon.svg, image/svg+xml"
    })
    void servesFilesWithTheirTypes(String path, String type) {
        Response response = request("GET", path);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().all("content-type")).containsExactly(type);
        assertThat(response.body()).isNotEmpty();
    }

    @Test
    void allowsOnlyItsOwnResources() {
        Response response = request("GET", "/");

        assertThat(response.headers().first("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'; script-src 'self';"));
        assertThat(response.headers().first("x-content-type-options")).hasValue("nosniff");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/logback.xml", "/favicon.ico", "/..%2Flogback.xml", "/chat/index.html", "/rooms/", "/rooms/a/b"
            })
    void servesNothingElse(String path) {
        assertThat(request("GET", path).status()).isEqualTo(404);
    }

    @Test
    void rejectsPosts() {
        Response response = request("POST", "/");

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers().first("allow")).hasValue("GET, HEAD");
    }

    private Response request(String method, String path) {
        try (HttpCommunicator peer =
                HttpCommunicator.builder(application, method, path).build()) {
            return peer.getResponse();
        }
    }
}
