package io.channels4j.guards;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.channels4j.Application;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.auth.TokenVerifier;
import io.channels4j.auth.UserStore;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;

/** Two processes with one layer and one session store, whose lookups can be withheld: the result is known before a revocation and delivered after it. */
abstract class RevocationRace {

    /** Runs blocking calls. They would occupy the common pool, which has only one thread on a machine with two processors. */
    static final Executor CALLERS = call -> new Thread(call, "caller").start();

    final Users users = new Users();
    final Gate sessionGate = new Gate();
    final Gate userGate = new Gate();
    final Gate ticketGate = new Gate();
    final Gate joinGate = new Gate();
    final AtomicInteger redeemed = new AtomicInteger();
    final InMemorySessionStore sessions = InMemorySessionStore.create();
    final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    final Application site = new WhoAmI().application();

    /** Two processes with one layer and one session store. */
    final Application here = process();

    final Application there = process();

    /** Withholds the next result, once armed. */
    static final class Gate {

        private final AtomicReference<Withheld> next = new AtomicReference<>();
        private final AtomicInteger passed = new AtomicInteger();

        /** Returns the number of results so far. */
        int passed() {
            return passed.get();
        }

        Withheld arm() {
            Withheld withheld = new Withheld(new CompletableFuture<>(), new CompletableFuture<>());
            next.set(withheld);
            return withheld;
        }

        /** Returns null unless armed. */
        CompletionStage<Void> passIfArmed() {
            return next.get() == null ? null : pass(CompletableFuture.completedFuture(null));
        }

        <T> CompletionStage<T> pass(CompletionStage<T> result) {
            passed.incrementAndGet();
            Withheld armed = next.getAndSet(null);
            if (armed == null) {
                return result;
            }
            result.whenComplete((value, failure) -> armed.known().complete(null));
            return result.thenCombine(armed.released(), (value, nothing) -> value);
        }
    }

    record Withheld(CompletableFuture<Void> known, CompletableFuture<Void> released) {

        void awaitKnown() throws Exception {
            known.get(30, SECONDS);
        }

        void release() {
            released.complete(null);
        }
    }

    /** A store that reads before the gate and delivers behind it. */
    record GatedStore(SessionStore store, Gate gate) implements SessionStore {

        @Override
        public CompletionStage<Optional<byte[]>> load(String token) {
            return gate.pass(store.load(token));
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

    enum Revocation {
        LOGOUT,
        LOGOUT_EVERYWHERE,
        DISCONNECT_SESSION,
        DISCONNECT_USER
    }

    Application process() {
        SessionStore store = new GatedStore(sessions, sessionGate);
        UserStore found = new UserStore() {
            @Override
            public CompletionStage<? extends Optional<? extends User>> find(String id) {
                return userGate.pass(users.find(id));
            }

            @Override
            public String sessionStamp(User user) {
                return users.sessionStamp(user);
            }
        };
        return site.behind(
                SessionMiddleware.of(store),
                AuthMiddleware.of(
                        Authenticator.session(found),
                        Authenticator.query("ticket", oneTime()),
                        Authenticator.bearer(oneTime())));
    }

    /** Returns a verifier that accepts each ticket once. */
    TokenVerifier oneTime() {
        return ticket -> ticketGate.pass(
                redeemed.getAndIncrement() > 0
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.completedFuture(Optional.of(Users.ADA)));
    }

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, SECONDS);
    }

    HttpCommunicator.Response get(Application served, String path, String cookie) {
        HttpCommunicator.Builder builder = Peer.http(served, path).channelLayer(layer);
        try (HttpCommunicator peer = (cookie.isEmpty() ? builder : builder.header("Cookie", cookie)).build()) {
            return peer.getResponse();
        }
    }

    String cookieAfter(String path, String cookie) {
        return get(there, path, cookie).headers().all("set-cookie").stream()
                .filter(value -> value.startsWith("sessionid="))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }

    String idOf(String cookie) throws Exception {
        CompletableFuture<String> id = new CompletableFuture<>();
        Application observing = (scope, receiver, sender) -> {
            id.complete(scope.session().id().orElseThrow());
            return site.handle(scope, receiver, sender);
        };
        get(observing.behind(SessionMiddleware.of(sessions)), "/", cookie);
        return done(id);
    }

    WebsocketCommunicator socket(ChannelLayer used, String target, String cookie) {
        WebsocketCommunicator.Builder builder = Peer.socket(here, target).channelLayer(used);
        return (cookie.isEmpty() ? builder : builder.header("Cookie", cookie)).build();
    }

    void revoke(Revocation kind, String cookie, String sessionId) throws Exception {
        switch (kind) {
            case LOGOUT -> get(there, "/logout", cookie);
            case LOGOUT_EVERYWHERE -> done(Auth.logoutEverywhere(layer, users, Users.ADA.id()));
            case DISCONNECT_SESSION -> {
                done(sessions.delete(cookie.substring(cookie.indexOf('=') + 1)));
                done(Connections.disconnectSession(layer, sessionId));
            }
            case DISCONNECT_USER -> {
                users.changePassword(Users.ADA);
                done(Connections.disconnectUser(layer, Users.ADA.id()));
            }
        }
    }

    /** Returns true if the handshake was refused, or the user is anonymous as after a new handshake with the same cookie. */
    static boolean isRevoked(WebsocketCommunicator peer, CompletableFuture<Boolean> accepted) throws Exception {
        if (!accepted.get(30, SECONDS)) {
            return true;
        }
        peer.sendTo("who");
        return peer.receiveFrom().equals("anonymous");
    }

    static CompletableFuture<Boolean> connecting(WebsocketCommunicator peer) {
        return CompletableFuture.supplyAsync(() -> peer.connect().accepted(), CALLERS);
    }
}
