package io.channels4j.guards;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.PartialProxy;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationTest {

    private final ConcurrentHashMap<String, Boolean> revoked = new ConcurrentHashMap<>();
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(10));
    private final AtomicBoolean joinsFail = new AtomicBoolean();
    private final AtomicInteger open = new AtomicInteger();
    private final Application application = behindAuth(Consumer.application(Counted::new));

    private final class Counted extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            open.incrementAndGet();
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return text.equals("login")
                    ? Auth.login(scope(), User.of("late", "late")).thenCompose(nothing -> send("done"))
                    : send(text);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            open.decrementAndGet();
            return CompletableFuture.completedFuture(null);
        }
    }

    private Application behindAuth(Application inner) {
        return inner.behind(AuthMiddleware.of(Authenticator.query(
                "user",
                id -> CompletableFuture.completedFuture(
                        revoked.containsKey(id) ? Optional.empty() : Optional.of(User.of(id, id))))));
    }

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    private WebsocketCommunicator connect(String user, ChannelLayer used) {
        WebsocketCommunicator peer = Peer.socket(application, user.isEmpty() ? "/" : "/?user=" + user)
                .channelLayer(used)
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("P8: a burst of 1,500 revocations closes all connections, whatever the capacity of the layer")
    void burstClosesAll(boolean eachAwaited) throws Exception {
        List<WebsocketCommunicator> peers =
                IntStream.range(0, 1500).mapToObj(i -> connect("u" + i, layer)).toList();
        assertThat(open).hasValue(1500);

        List<CompletableFuture<Void>> stages = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            stages.add(Connections.disconnectUser(layer, "u" + i).toCompletableFuture());
            if (eachAwaited) {
                done(stages.get(i));
            }
        }

        done(CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new)));
        assertThat(peers)
                .allSatisfy(peer -> assertThat(peer.receiveClose().code()).isEqualTo(4401));
        await().until(() -> open.get() == 0);
        assertThat(layer.dropped()).isZero();
    }

    @Test
    @DisplayName("P8: application messages cannot delay a revocation")
    void doesNotWaitBehindApplicationMessages() throws Exception {
        try (WebsocketCommunicator peer = connect("ada", layer)) {
            for (int i = 0; i < 1000; i++) {
                layer.groupSend("channels.control.auth", Message.of("flood"));
            }

            done(Connections.disconnectUser(layer, "ada"));

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    @DisplayName("P8: a failed subscription is retried when the next user connects")
    void retriesAFailedSubscription() throws Exception {
        try (CapturedLog log = CapturedLog.of("io.channels4j.auth")) {
            ChannelLayer failing = customLayer();
            joinsFail.set(true);
            WebsocketCommunicator ada = connect("ada", failing);
            joinsFail.set(false);
            WebsocketCommunicator bob = connect("bob", failing);

            done(Connections.disconnectUser(failing, "ada"));
            done(Connections.disconnectUser(failing, "bob"));

            assertThat(ada.receiveClose().code()).isEqualTo(4401);
            assertThat(bob.receiveClose().code()).isEqualTo(4401);
            assertThat(log.messages(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("subscribing is retried", "outage");
        }
    }

    @Test
    @DisplayName("P8: after a failed subscription, users whose credentials were revoked are disconnected")
    void rechecksUsersAfterAFailedSubscription() throws Exception {
        try (CapturedLog log = CapturedLog.of("io.channels4j.auth")) {
            ChannelLayer failing = customLayer();
            joinsFail.set(true);
            WebsocketCommunicator ada = connect("ada", failing);
            WebsocketCommunicator bob = connect("bob", failing);
            revoked.put("ada", true);
            done(Connections.disconnectUser(failing, "ada"));

            joinsFail.set(false);

            assertThat(ada.receiveClose()).isEqualTo(new CloseStatus(4401, "authentication was revoked"));
            bob.sendTo("hello");
            assertThat(bob.receiveFrom()).isEqualTo("hello");
            assertThat(log.messages(Level.INFO)).hasSize(1);
        }
    }

    @Test
    @DisplayName("P8: after a gap, users whose credentials were revoked are disconnected")
    void rechecksUsersAfterAGap() throws Exception {
        ChannelLayer custom = customLayer();
        WebsocketCommunicator ada = connect("ada", custom);
        WebsocketCommunicator bob = connect("bob", custom);
        WebsocketCommunicator late = connect("", custom);
        late.sendTo("login");
        late.receiveFrom();
        revoked.put("ada", true);

        done(custom.groupSend("channels.control.auth", Message.of(ChannelLayer.GAP)));

        assertThat(ada.receiveClose().code()).isEqualTo(4401);
        bob.sendTo("hello");
        assertThat(bob.receiveFrom()).isEqualTo("hello");
        late.sendTo("its login cannot be checked");
        assertThat(late.receiveFrom()).isEqualTo("its login cannot be checked");
    }

    @Test
    @DisplayName("P8: a revocation waits until the members of an application's own layer have confirmed it")
    void customLayerConfirms() throws Exception {
        ChannelLayer custom = customLayer();
        WebsocketCommunicator ada = connect("ada", custom);

        done(Connections.disconnectUser(custom, "ada"));

        assertThat(ada.receiveClose().code()).isEqualTo(4401);
        await().until(() -> layer.channelCount() == 0 && layer.groupCount() == 0);
    }

    @Test
    @DisplayName("P8: a revocation over a layer that does not count members fails after it was sent")
    void customLayerWithoutCountFails() {
        ChannelLayer custom = PartialProxy.of(
                ChannelLayer.class,
                layer,
                Map.of("memberCount", () -> CompletableFuture.failedFuture(new IllegalStateException("unknown"))));
        WebsocketCommunicator ada = connect("ada", custom);

        assertThatThrownBy(() -> done(Connections.disconnectUser(custom, "ada")))
                .hasMessageContaining("unknown");

        assertThat(ada.receiveClose().code()).isEqualTo(4401);
    }

    @Test
    @DisplayName("P8: revocations use the layer that an application's own layer delegates to")
    void usesTheDelegate() throws Exception {
        ChannelLayer wrapper = PartialProxy.of(ChannelLayer.class, layer, Map.of("delegate", () -> Optional.of(layer)));
        WebsocketCommunicator ada = connect("ada", wrapper);
        assertThat(layer.groupCount()).isZero();

        done(Connections.disconnectUser(wrapper, "ada"));

        assertThat(ada.receiveClose().code()).isEqualTo(4401);
    }

    @Test
    @DisplayName("P8: a revocation fails if a connection cannot be closed")
    void reportsAConnectionThatCannotBeClosed() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Application unable = application.behind(inner -> (scope, receiver, sender) -> inner.handle(
                scope,
                receiver,
                event -> event instanceof WebSocketClose && broken.get()
                        ? CompletableFuture.failedFuture(new IllegalStateException("cannot close"))
                        : sender.send(event)));
        try (WebsocketCommunicator peer =
                Peer.socket(unable, "/?user=ada").channelLayer(layer).build()) {
            peer.connect();

            assertThatThrownBy(() -> done(Connections.disconnectUser(layer, "ada")))
                    .hasMessageContaining("cannot close");
            broken.set(false);
        }
    }

    @Test
    @DisplayName("P8: disconnectSession closes the connections of a session only, with and without a user")
    void disconnectsASession() throws Exception {
        SessionMiddleware sessions = SessionMiddleware.of(InMemorySessionStore.create());
        Application pages = Consumer.application(Page::new).behind(sessions);
        Application sockets = application.behind(sessions);
        String one = cookie(pages);
        String other = cookie(pages);
        try (WebsocketCommunicator anonymous = socket(sockets, "/", one);
                WebsocketCommunicator ada = socket(sockets, "/?user=ada", one);
                WebsocketCommunicator elsewhere = socket(sockets, "/?user=ada", other)) {
            String id = Peer.get(pages, "/id", "Cookie", one).text();
            assertThat(id).matches("[0-9a-f]{64}").doesNotContain(one.substring(one.indexOf('=') + 1));

            done(Connections.disconnectSession(layer, id, new CloseStatus(4403, "signed out")));

            assertThat(anonymous.receiveClose().code()).isEqualTo(4403);
            assertThat(ada.receiveClose().code()).isEqualTo(4403);
            elsewhere.sendTo("hello");
            assertThat(elsewhere.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    void rejectsEmptySessionId() {
        assertThatThrownBy(() -> Connections.disconnectSession(layer, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("session id: \"\" (expected: the id of a session)");
    }

    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            if (scope().path().equals("/put")) {
                scope().session().put("cart", 3);
            }
            sendResponse(200, scope().session().id().orElse(""));
        }
    }

    private static String cookie(Application pages) {
        try (HttpCommunicator peer = Peer.http(pages, "/put").build()) {
            String set = peer.getResponse().headers().first("set-cookie").orElseThrow();
            return set.substring(0, set.indexOf(';'));
        }
    }

    private WebsocketCommunicator socket(Application sockets, String target, String cookie) {
        WebsocketCommunicator peer = Peer.socket(sockets, target)
                .channelLayer(layer)
                .header("Cookie", cookie)
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    /** Returns a custom layer whose joins fail on request. */
    private ChannelLayer customLayer() {
        return PartialProxy.of(
                ChannelLayer.class,
                layer,
                Map.of(
                        "groupAdd",
                        () -> joinsFail.get()
                                ? CompletableFuture.failedFuture(new LayerUnavailableException("outage", null))
                                : null));
    }
}
