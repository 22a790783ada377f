package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Session;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests two connections of one client that use the same session. The stores have their own {@code merge} or the default
 * one.
 */
class SessionMergeTest {

    enum Store {
        IN_MEMORY {
            @Override
            SessionStore create() {
                return InMemorySessionStore.create();
            }
        },
        CUSTOM {
            @Override
            SessionStore create() {
                return new CustomStore(InMemorySessionStore.create());
            }
        };

        abstract SessionStore create();
    }

    /** A store that does not override the default methods, and whose loads wait for a gate. */
    private static final class CustomStore implements SessionStore {

        private final SessionStore store;
        private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

        CustomStore(SessionStore store) {
            this.store = store;
        }

        @Override
        public CompletionStage<Optional<byte[]>> load(String token) {
            return gate.thenCompose(nothing -> store.load(token));
        }

        @Override
        public CompletionStage<String> create(byte[] data, Duration lifetime) {
            return store.create(data, lifetime);
        }

        @Override
        public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
            return store.update(token, data, lifetime);
        }

        @Override
        public CompletionStage<Void> delete(String token) {
            return store.delete(token);
        }
    }

    /** Runs a command such as {@code put a 1}, {@code remove a} or {@code save}, and returns the session's values. */
    private static String run(Session session, String command) {
        String[] words = command.split(" ", -1);
        switch (words[0]) {
            case "put" -> session.put(words[1], words[2]);
            case "remove" -> session.remove(words[1]);
            case "clear" -> session.clear();
            case "rotate" -> session.rotateId();
            case "save" -> Blocking.await(session.save());
            case "reload" -> Blocking.await(session.reload());
            default -> {}
        }
        return new TreeSet<>(session.names())
                .stream()
                        .map(name -> name + "=" + session.get(name).orElseThrow())
                        .collect(Collectors.joining(" "));
    }

    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            String result = "";
            for (String command : scope().queryParam("do").orElse("show").split(",", -1)) {
                result = run(scope().session(), command);
            }
            sendResponse(200, result);
        }
    }

    private static final class Socket extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            try {
                send(run(scope().session(), text));
            } catch (RuntimeException e) {
                send(e.getMessage());
            }
        }
    }

    private static String pair(String setCookie) {
        return setCookie.split(";", 2)[0];
    }

    private static final class Client implements AutoCloseable {

        private final Application pages;
        private final WebsocketCommunicator socket;
        private String cookie;

        Client(SessionStore store) {
            SessionMiddleware sessions = SessionMiddleware.of(store);
            pages = Consumer.application(Page::new).behind(sessions);
            cookie = "";
            http("put a 1");
            socket = Peer.socket(Consumer.application(Socket::new).behind(sessions), "/")
                    .header("Cookie", cookie)
                    .build();
            assertThat(socket.connect().accepted()).isTrue();
        }

        String http(String commands) {
            var response = Peer.get(pages, "/?do=" + commands.replace(' ', '+'), "Cookie", cookie);
            response.headers().first("set-cookie").ifPresent(set -> cookie = pair(set));
            return response.text();
        }

        String socket(String command) {
            socket.sendTo(command);
            return socket.receiveFrom();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P8: the save of an open socket keeps what others saved in the meantime")
    void keepsNewerValues(Store store) {
        try (Client client = new Client(store.create())) {
            client.http("put a 2");
            client.http("put b 3");

            client.socket("put c 4");

            assertThat(client.socket("save")).isEqualTo("a=2 b=3 c=4");
            assertThat(client.http("show")).isEqualTo("a=2 b=3 c=4");
        }
    }

    @ParameterizedTest
    @EnumSource
    void removesOnlyItsOwnValue(Store store) {
        try (Client client = new Client(store.create())) {
            client.http("put b 2");

            client.socket("remove a");
            client.socket("save");

            assertThat(client.http("show")).isEqualTo("b=2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void removingTheLastValueDeletesTheSession(Store store) {
        try (Client client = new Client(store.create())) {
            client.socket("remove a");
            client.socket("save");

            assertThat(client.http("show")).isEmpty();
            assertThat(client.socket("reload")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void clearRemovesNewerValuesToo(Store store) {
        try (Client client = new Client(store.create())) {
            client.http("put b 2");

            client.socket("clear");
            client.socket("save");

            assertThat(client.http("show")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void rotationKeepsNewerValues(Store store) {
        try (Client client = new Client(store.create())) {
            client.socket("put c 4");
            client.http("show,put b 2");
            client.socket("save");

            assertThat(client.http("rotate,put d 5")).isEqualTo("a=1 b=2 c=4 d=5");
            assertThat(client.http("show")).isEqualTo("a=1 b=2 c=4 d=5");
        }
    }

    @ParameterizedTest
    @EnumSource
    void reloadReadsNewerValuesAndKeepsUnsavedChanges(Store store) {
        try (Client client = new Client(store.create())) {
            client.http("put a 2");
            client.socket("put c 4");

            assertThat(client.socket("reload")).isEqualTo("a=2 c=4");
            assertThat(client.http("show")).isEqualTo("a=2");
            client.socket("save");
            assertThat(client.http("show")).isEqualTo("a=2 c=4");
        }
    }

    @ParameterizedTest
    @EnumSource
    void reloadReportsADeletedSession(Store store) {
        try (Client client = new Client(store.create())) {
            client.http("clear");

            assertThat(client.socket("reload")).contains("session: it was deleted or has expired");
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesDuringASaveAreKept(Store store) {
        CustomStore slow = new CustomStore(store.create());
        try (Client client = new Client(slow)) {
            slow.gate = new CompletableFuture<>();
            client.socket.sendTo("put b 2");
            client.socket.receiveFrom();
            client.socket.sendTo("save");
            client.socket.sendTo("put c 3");
            slow.gate.complete(null);
            client.socket.receiveFrom();
            client.socket.receiveFrom();

            client.socket("save");

            assertThat(client.http("show")).isEqualTo("a=1 b=2 c=3");
        }
    }

    @ParameterizedTest
    @EnumSource
    void failedSaveIsRepeatedByTheNextOne(Store store) {
        CustomStore failing = new CustomStore(store.create());
        try (Client client = new Client(failing)) {
            client.socket("put b 2");
            failing.gate = CompletableFuture.failedFuture(new IllegalStateException("store is down"));
            assertThat(client.socket("save")).contains("store is down");
            failing.gate = CompletableFuture.completedFuture(null);

            client.socket("remove a");
            client.socket("save");

            assertThat(client.http("show")).isEqualTo("b=2");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P3: a session may live for ever")
    void acceptsLifetimesOfAnyLength(Store store) {
        SessionMiddleware sessions = SessionMiddleware.builder(store.create())
                .lifetime(ChronoUnit.FOREVER.getDuration())
                .build();
        Application pages = Consumer.application(Page::new).behind(sessions);

        String cookie = Peer.get(pages, "/?do=put+a+1", "Cookie", "")
                .headers()
                .first("set-cookie")
                .orElseThrow();
        String pair = pair(cookie);

        assertThat(cookie).contains("Max-Age=");
        assertThat(Peer.get(pages, "/?do=put+b+2", "Cookie", pair).text()).isEqualTo("a=1 b=2");
        assertThat(Peer.get(pages, "/", "Cookie", pair).text()).isEqualTo("a=1 b=2");
    }

    @ParameterizedTest
    @EnumSource
    void saveFailsAfterADeletion(Store store) {
        try (Client client = new Client(store.create())) {
            client.http("clear");
            client.socket("put b 2");

            assertThat(client.socket("save")).contains("its changes are not saved");
            assertThat(client.http("show")).isEmpty();
        }
    }
}
