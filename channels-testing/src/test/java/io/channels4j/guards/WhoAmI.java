package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.auth.Auth;
import io.channels4j.concurrent.Blocking;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.Route;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** An application whose clients can query their user name, log in and log out. */
final class WhoAmI {

    final BlockingQueue<Disconnect> ends = new LinkedBlockingQueue<>();

    Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(Route.path("events/", Events::new), Route.rePath("", Page::new)))
                .websocket(Socket::new)
                .build();
    }

    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            switch (scope().path()) {
                case "/login/ada" -> Blocking.await(Auth.login(scope(), Users.ADA));
                case "/login/bob" -> Blocking.await(Auth.login(scope(), Users.BOB));
                case "/logout" -> Blocking.await(Auth.logout(scope()));
                case "/put" -> scope().session().put("cart", 3);
                default -> {}
            }
            sendResponse(200, scope().user().name());
        }
    }

    private static final class Events extends AsyncSseConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            return accept().thenCompose(accepted -> send(scope().user().name()));
        }
    }

    private final class Socket extends WebsocketConsumer {

        @Override
        protected void connect() {
            if (scope().path().equals("/login/ada")) {
                Blocking.await(Auth.login(scope(), Users.ADA));
            }
            if (scope().path().equals("/choose")) {
                accept("chat");
            } else if (scope().path().equals("/refuse")) {
                reject(404, "no such room");
            } else {
                accept();
            }
        }

        @Override
        protected void receive(String text) {
            switch (text) {
                case "login ada" -> Blocking.await(Auth.login(scope(), Users.ADA));
                case "logout" -> Blocking.await(Auth.logout(scope()));
                default -> {}
            }
            send(
                    text.equals("session")
                            ? scope().session().id().orElse("none")
                            : scope().user().name());
        }

        @Override
        protected void disconnect(Disconnect why) {
            ends.add(why);
        }
    }
}
