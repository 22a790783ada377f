package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.middleware.Cookie;
import io.channels4j.middleware.CookieMiddleware;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class CookieMiddlewareTest {

    /** Responds with the value of the cookie {@code a}. Sets and deletes other cookies. */
    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            String a = scope().cookies().getOrDefault("a", "none");
            CookieMiddleware.set(scope(), Cookie.of("theme", "light"));
            CookieMiddleware.set(scope(), Cookie.of("theme", "dark"));
            CookieMiddleware.delete(scope(), "old");
            sendResponse(200, a);
        }
    }

    private static final class Socket extends AsyncWebsocketConsumer {

        private final boolean accepts;

        Socket(boolean accepts) {
            this.accepts = accepts;
        }

        @Override
        protected CompletionStage<Void> connect() {
            CookieMiddleware.set(scope(), Cookie.of("theme", "dark"));
            return accepts ? accept(Headers.of("x-room", "lobby")) : reject(401, "no");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            CookieMiddleware.set(scope(), Cookie.of("theme", "light"));
            return send(text);
        }
    }

    private static Application page() {
        return Consumer.application(Page::new).behind(CookieMiddleware.create());
    }

    private static WebsocketCommunicator socket(boolean accepts) {
        Application application =
                Consumer.application(() -> new Socket(accepts)).behind(CookieMiddleware.create());
        return Peer.socket(application, "/").build();
    }

    @Test
    void setsCookiesOnResponses() {
        try (HttpCommunicator peer = Peer.http(page(), "/").build()) {
            assertThat(peer.getResponse().headers().all("set-cookie"))
                    .containsExactly(
                            "theme=dark; Path=/; SameSite=Lax",
                            "old=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax");
        }
    }

    @Test
    void readsCookiesFromEveryHeader() {
        try (HttpCommunicator peer = Peer.http(page(), "/")
                .header("Cookie", "b=2")
                .header("Cookie", "a=1")
                .build()) {
            assertThat(peer.getResponse().text()).isEqualTo("1");
        }
    }

    @Test
    void hasNoCookiesWithoutACookieHeader() {
        try (HttpCommunicator peer = Peer.http(page(), "/").build()) {
            assertThat(peer.getResponse().text()).isEqualTo("none");
        }
    }

    @Test
    void setsCookiesOnHandshakes() {
        try (WebsocketCommunicator peer = socket(true)) {
            assertThat(peer.connect().headers())
                    .isEqualTo(Headers.of("x-room", "lobby", "set-cookie", "theme=dark; Path=/; SameSite=Lax"));
        }
    }

    @Test
    void setsCookiesOnRejectedHandshakes() {
        try (WebsocketCommunicator peer = socket(false)) {
            assertThat(peer.connect().headers().all("set-cookie")).containsExactly("theme=dark; Path=/; SameSite=Lax");
        }
    }

    @Test
    void rejectsSettingACookieOnAnOpenWebSocket() {
        WebsocketCommunicator peer = socket(true);
        peer.connect();

        peer.sendTo("hello");

        assertThatThrownBy(peer::receiveFrom)
                .isInstanceOf(ChannelsException.class)
                .hasMessage("cookie theme: the headers of the response have been sent (expected: a call before)");
    }

    @Test
    void nestedMiddlewareUsesTheOuterOne() {
        Application twice = page().behind(CookieMiddleware.create());

        try (HttpCommunicator peer = Peer.http(twice, "/").build()) {
            assertThat(peer.getResponse().headers().all("set-cookie")).hasSize(2);
        }
    }

    @Test
    void reportsAMissingCookieMiddleware() {
        assertThatThrownBy(() -> CookieMiddleware.set(Scope.builder("http").build(), Cookie.of("a", "1")))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("cookies: none in this scope (expected: CookieMiddleware in front)");
    }
}
