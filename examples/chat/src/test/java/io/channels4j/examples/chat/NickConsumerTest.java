package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NickConsumerTest {

    private final MessageStore store = MessageStore.open(DatabaseAddress.of("jdbc:h2:mem:" + UUID.randomUUID()));
    private final Application application = ChatServer.application(store, InMemorySessionStore.create());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void returnsNoNameForANewBrowser() {
        Response response = get("");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEmpty();
        assertThat(response.headers().first("set-cookie")).isEmpty();
    }

    @Test
    void storesTheNameInTheSession() {
        String cookie = put("Ada").headers().first("set-cookie").orElseThrow();

        assertThat(get(cookie.replaceFirst(";.*", "")).text()).isEqualTo("Ada");
    }

    @Test
    void returnsTheStoredName() {
        assertThat(put(" Ada\n Lovelace, countess of ").text()).isEqualTo("Ada Lovelace, countess o");
    }

    @Test
    void rejectsInvalidNames() {
        assertThat(put("x".repeat(1025)).status()).isEqualTo(413);
    }

    @Test
    void rejectsOtherMethods() {
        assertThat(answer(request("POST")).status()).isEqualTo(405);
    }

    private Response get(String cookie) {
        return answer(request("GET").header("Cookie", cookie));
    }

    private Response put(String nick) {
        return answer(request("PUT").body(nick));
    }

    private HttpCommunicator.Builder request(String method) {
        return HttpCommunicator.builder(application, method, "/nick").timeout(Duration.ofSeconds(10));
    }

    private static Response answer(HttpCommunicator.Builder request) {
        try (HttpCommunicator communicator = request.build()) {
            return communicator.getResponse();
        }
    }
}
