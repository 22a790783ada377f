package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Session;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.Optional;

/** An application with a session, and its clients. */
abstract class SessionFixture {

    final InMemorySessionStore store = InMemorySessionStore.create();
    final Application application = Consumer.application(Page::new).behind(SessionMiddleware.of(store));

    record Cart(int apples) {}

    /** Changes the session as specified by the path. */
    static class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            Session session = scope().session();
            switch (scope().path()) {
                case "/put" -> session.put("cart", new Cart(3));
                case "/clear" -> session.clear();
                case "/rotate" -> session.rotateId();
                case "/fail" -> {
                    session.put("cart", new Cart(4));
                    sendResponse(500, "failed");
                    return;
                }
                default -> {}
            }
            sendResponse(
                    200, session.get("cart", Cart.class).map(Cart::toString).orElse("no cart"));
        }
    }

    /** Changes the session before accepting a connection to {@code /put}, and later when a message arrives. */
    static class Socket extends WebsocketConsumer {

        @Override
        protected void connect() {
            if (scope().path().equals("/put")) {
                scope().session().put("cart", new Cart(3));
            }
            accept();
        }

        @Override
        protected void receive(String text) {
            Session session = scope().session();
            session.put("said", text);
            if (text.equals("rotate")) {
                session.rotateId();
            }
            try {
                Blocking.await(session.save());
                send("saved");
            } catch (ChannelsException e) {
                send(e.getMessage());
            }
        }
    }

    static HttpCommunicator.Response get(Application application, String path, String cookie) {
        return Peer.get(application, path, "Cookie", cookie);
    }

    HttpCommunicator.Response get(String path, String cookie) {
        return get(application, path, cookie);
    }

    static String cookieOf(HttpCommunicator.Response response) {
        return pair(response.headers().first("set-cookie"));
    }

    static String pair(Optional<String> setCookie) {
        String value = setCookie.orElseThrow();
        return value.substring(0, value.indexOf(';'));
    }

    WebsocketCommunicator socket(String path, String cookie) {
        Application sockets = Consumer.application(Socket::new).behind(SessionMiddleware.of(store));
        return Peer.socket(sockets, path).header("Cookie", cookie).build();
    }
}
