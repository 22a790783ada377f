package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.ClientErrorException;
import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionGoneException;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionMiddlewareTest extends SessionFixture {

    @Test
    void restoresTheSessionOnTheNextRequest() {
        String cookie = cookieOf(get("/put", ""));

        assertThat(get("/", cookie).text()).isEqualTo("Cart[apples=3]");
    }

    @Test
    void clientsHaveSeparateSessions() {
        String ada = cookieOf(get("/put", ""));

        assertThat(get("/", "").text()).isEqualTo("no cart");
        assertThat(cookieOf(get("/put", ""))).isNotEqualTo(ada);
    }

    @Test
    void doesNotStoreAnUnusedSession() {
        assertThat(get("/", "").headers().contains("set-cookie")).isFalse();
        assertThat(store.size()).isZero();
    }

    @Test
    void doesNotSaveAnUnchangedSession() {
        String cookie = cookieOf(get("/put", ""));

        assertThat(get("/", cookie).headers().contains("set-cookie")).isFalse();
    }

    @Test
    void savesAnUnchangedSessionWhenConfigured() {
        Application always = Consumer.application(Page::new)
                .behind(SessionMiddleware.builder(store).saveWithEveryResponse().build());
        String cookie = cookieOf(get(always, "/put", ""));

        assertThat(cookieOf(get(always, "/", cookie))).isEqualTo(cookie);
    }

    @Test
    void doesNotAdoptAnUnknownId() {
        String cookie = cookieOf(get("/put", "sessionid=planted"));

        assertThat(cookie).isNotEqualTo("sessionid=planted");
        assertThat(get("/", "sessionid=planted").text()).isEqualTo("no cart");
    }

    @Test
    void deletesAnEmptiedSessionAndItsCookie() {
        String cookie = cookieOf(get("/put", ""));

        HttpCommunicator.Response cleared = get("/clear", cookie);

        assertThat(cleared.headers().all("set-cookie"))
                .containsExactly("sessionid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly;"
                        + " SameSite=Lax");
        assertThat(store.size()).isZero();
    }

    @Test
    void rotationInvalidatesTheOldId() {
        String old = cookieOf(get("/put", ""));

        String rotated = cookieOf(get("/rotate", old));

        assertThat(get("/", rotated).text()).isEqualTo("Cart[apples=3]");
        assertThat(get("/", old).text()).isEqualTo("no cart");
    }

    @Test
    void doesNotSaveTheSessionOfAFailedResponse() {
        String cookie = cookieOf(get("/put", ""));

        get("/fail", cookie);

        assertThat(get("/", cookie).text()).isEqualTo("Cart[apples=3]");
    }

    @Test
    void doesNotRestoreASessionDeletedConcurrently() {
        String cookie = cookieOf(get("/put", ""));
        Application racing = Consumer.application(() -> new HttpConsumer() {
                    @Override
                    protected void handle(byte[] body) {
                        Blocking.await(store.delete(scope().cookies().get("sessionid")));
                        scope().session().put("cart", new Cart(5));
                        sendResponse(200, "saved");
                    }
                })
                .behind(SessionMiddleware.of(store));

        assertThatThrownBy(() -> get(racing, "/", cookie)).isInstanceOf(SessionGoneException.class);
        assertThat(store.size()).isZero();
    }

    @Test
    void savesTheSessionAndSetsItsCookieInTheHandshake() {
        String cookie;
        try (WebsocketCommunicator peer = socket("/put", "")) {
            cookie = pair(peer.connect().headers().first("set-cookie"));
        }

        assertThat(get("/", cookie).text()).isEqualTo("Cart[apples=3]");
    }

    @Test
    void savesOnAnOpenWebSocketOnRequest() {
        String cookie = cookieOf(get("/put", ""));
        try (WebsocketCommunicator peer = socket("/", cookie)) {
            peer.connect();
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("saved");
        }

        Session session = load(cookie);

        assertThat(session.get("said")).contains("hello");
    }

    private Session load(String cookie) {
        Session[] found = new Session[1];
        Application looking = Consumer.application(() -> new HttpConsumer() {
                    @Override
                    protected void handle(byte[] body) {
                        found[0] = scope().session();
                        sendResponse(200, "");
                    }
                })
                .behind(SessionMiddleware.of(store));
        get(looking, "/", cookie);
        return found[0];
    }

    @Test
    void cannotCreateASessionOnAnOpenWebSocket() {
        try (WebsocketCommunicator peer = socket("/", "")) {
            peer.connect();
            peer.sendTo("hello");

            assertThat(peer.receiveFrom()).startsWith("session: the client would need a new cookie");
        }
    }

    @Test
    @DisplayName("P7: saving a first session on an open WebSocket is a client error")
    void saveWithoutASessionIsAClientError() {
        Application saving = Consumer.application(() -> new AsyncWebsocketConsumer() {
                    @Override
                    protected CompletionStage<Void> receive(String text) {
                        scope().session().put("text", text);
                        return scope().session().save();
                    }
                })
                .behind(SessionMiddleware.of(store));
        WebsocketCommunicator peer = WebsocketCommunicator.builder(saving, "/").build();
        peer.connect();
        peer.sendTo("hello");

        assertThat(peer.receiveClose().code()).isEqualTo(1008);
        assertThatThrownBy(peer::close).isInstanceOf(ClientErrorException.class);
    }

    @Test
    void cannotRotateTheIdOnAnOpenWebSocket() {
        String cookie = cookieOf(get("/put", ""));
        try (WebsocketCommunicator peer = socket("/", cookie)) {
            peer.connect();
            peer.sendTo("rotate");

            assertThat(peer.receiveFrom()).startsWith("session: the client would need a new cookie");
        }
        assertThat(get("/", cookie).text()).isEqualTo("Cart[apples=3]");
    }

    @Test
    void rejectsZeroLifetime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionMiddleware.builder(store).lifetime(Duration.ZERO))
                .withMessage("session lifetime: PT0S (expected: one second or more)");
    }

    @Test
    void nestedMiddlewareUsesTheSessionOfTheOuterOne() {
        Application twice = application.behind(SessionMiddleware.of(InMemorySessionStore.create()));

        assertThat(get(twice, "/put", "").headers().all("set-cookie")).hasSize(1);
        assertThat(store.size()).isZero();
    }

    @Test
    void reportsAMissingSessionMiddleware() {
        assertThatThrownBy(() -> Scope.builder("http").build().session())
                .isInstanceOf(ChannelsException.class)
                .hasMessage("session: none in this scope (expected: SessionMiddleware in front)");
    }

    @Test
    void reportsTheNameOfAValueOfAnotherType() {
        Session session = load(cookieOf(get("/put", "")));

        assertThatThrownBy(() -> session.get("cart"))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("session value cart: does not fit java.lang.String");
    }

    @Test
    void storesACopyOfTheValue() {
        Session session = load("sessionid=none");
        List<String> list = new ArrayList<>(List.of("a"));

        session.put("list", list);
        list.add("b");

        assertThat(session.get("list", String[].class).orElseThrow()).containsExactly("a");
    }

    @Test
    void puttingTheSameValueDoesNotChangeTheSession() {
        Session session = load(cookieOf(get("/put", "")));

        session.put("cart", new Cart(3));
        session.remove("unknown");

        assertThat(session.modified()).isFalse();
        assertThat(session.names()).containsExactly("cart");
    }
}
