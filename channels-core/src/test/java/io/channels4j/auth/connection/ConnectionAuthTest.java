package io.channels4j.auth.connection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.Connections;
import io.channels4j.fixture.FakeClock;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ConnectionAuthTest {

    private final FakeClock clock = new FakeClock();
    private final ManualExecutor loop = new ManualExecutor();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final UserConnections connections = new UserConnections();
    private final Scope scope = Scope.builder("websocket")
            .executor(loop)
            .with(ChannelLayers.KEY, ChannelLayers.of(layer))
            .build();
    private final List<CloseStatus> closed = new CopyOnWriteArrayList<>();
    private final ConnectionAuth auth = new ConnectionAuth(
            scope, new AuthSettings(new LoginExpiries(clock), connections, ChannelLayers.DEFAULT, true), status -> {
                closed.add(status);
                return Stages.done();
            });

    private User ada(Duration left) {
        return User.of("1", "ada", clock.instant().plus(left));
    }

    /** Waits until the expiry timer has passed its task to the connection's executor. */
    private void awaitTimer() {
        await().until(() -> !loop.isEmpty());
    }

    @RepeatedTest(50)
    @DisplayName("P8: a renewal at the moment of expiry either keeps the connection logged in, or finds it closed")
    void renewalAndExpiryDoNotMix() throws Exception {
        auth.setUser(ada(Duration.ofMillis(1)));
        auth.watch();
        clock.advance(Duration.ofMillis(1));
        awaitTimer();
        User renewed = ada(Duration.ofHours(1));
        CyclicBarrier start = new CyclicBarrier(2);

        CompletableFuture<Void> login = CompletableFuture.supplyAsync(() -> {
                    meet(start);
                    return auth.login(scope, renewed);
                })
                .thenCompose(stage -> stage);
        meet(start);
        loop.runAll();

        boolean loggedIn = login.handle((nothing, failure) -> failure == null).get(5, SECONDS);
        assertThat(auth.get().authenticated()).isEqualTo(closed.isEmpty());
        assertThat(loggedIn).isEqualTo(closed.isEmpty());
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(5, SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void loginAfterExpiryFails() {
        auth.setUser(ada(Duration.ofMillis(1)));
        auth.watch();
        clock.advance(Duration.ofMillis(1));
        awaitTimer();
        loop.runAll();

        assertThat(closed).hasSize(1);
        assertThat(auth.login(scope, ada(Duration.ofHours(1))).toCompletableFuture())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void renewedLoginIsCheckedAgainByItsNewToken() {
        List<String> verified = new CopyOnWriteArrayList<>();
        auth.setUser(ada(Duration.ofMinutes(1)));
        auth.watch();
        auth.onRecheck(() -> {
            throw new AssertionError("the first token may have expired");
        });

        assertThat(auth.renewal().renew(token -> verify(token, verified), "second"))
                .isCompletedWithValue(true);
        clock.advance(Duration.ofMinutes(5));
        auth.recheck(false);

        assertThat(verified).containsExactly("second", "second");
        assertThat(closed).isEmpty();
    }

    private CompletableFuture<Optional<User>> verify(String token, List<String> verified) {
        verified.add(token);
        return CompletableFuture.completedFuture(Optional.of(ada(Duration.ofMinutes(10))));
    }

    @Test
    void loginOfAnotherUserDuringARenewalIsKept() {
        CompletableFuture<Optional<User>> verifying = new CompletableFuture<>();
        auth.setUser(ada(Duration.ofMinutes(1)));
        auth.watch();
        CompletableFuture<Boolean> renewal =
                auth.renewal().renew(token -> verifying, "second").toCompletableFuture();

        auth.setUser(User.of("2", "bob"));
        verifying.complete(Optional.of(ada(Duration.ofMinutes(10))));
        loop.runAll();

        assertThat(renewal).isCompletedWithValue(false);
        assertThat(auth.get().name()).isEqualTo("bob");
    }

    @RepeatedTest(50)
    @DisplayName("P2: concurrent changes of the user leave one registration, and the end of the connection none")
    void registrationFollowsTheLastUser() throws Exception {
        auth.watch();
        CyclicBarrier start = new CyclicBarrier(2);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            meet(start);
            auth.setUser(User.of("1", "ada"));
        });
        meet(start);
        auth.setUser(User.of("2", "bob"));
        other.get(5, SECONDS);

        String last = auth.get().id();
        revoke(last.equals("1") ? "2" : "1");
        assertThat(closed).isEmpty();
        revoke(last);
        assertThat(closed).hasSize(1);
        auth.close();
        revoke(last);
        assertThat(closed).hasSize(1);
    }

    private void revoke(String userId) throws Exception {
        Connections.disconnectUser(layer, userId).toCompletableFuture().get(5, SECONDS);
    }

    /** A clock that, when armed, changes the user on another thread and waits until that call returns. */
    private final class ProbingClock implements InstantSource {

        private final AtomicBoolean armed = new AtomicBoolean();
        private final List<Boolean> returned = new CopyOnWriteArrayList<>();
        private ConnectionAuth probed;

        @Override
        public Instant instant() {
            if (armed.compareAndSet(true, false)) {
                CompletableFuture<Void> other = CompletableFuture.runAsync(() -> probed.setUser(User.of("2", "bob")));
                returned.add(returns(other));
            }
            return clock.instant();
        }

        private boolean returns(CompletableFuture<Void> other) {
            try {
                other.get(5, SECONDS);
                return true;
            } catch (Exception blocked) {
                return false;
            }
        }
    }

    @Test
    @DisplayName("the clock is called without the lock: another thread can change the user meanwhile")
    void readsTheClockWithoutTheLock() {
        ProbingClock probing = new ProbingClock();
        ConnectionAuth probed = new ConnectionAuth(
                scope,
                new AuthSettings(new LoginExpiries(probing), connections, ChannelLayers.DEFAULT, true),
                status -> Stages.done());
        probing.probed = probed;
        probed.setUser(ada(Duration.ofMillis(1)));

        probing.armed.set(true);
        probed.watch();
        probing.armed.set(true);
        probed.setUser(ada(Duration.ofMillis(1)));
        awaitTimer();
        probing.armed.set(true);
        loop.runAll();

        assertThat(probing.returned).containsExactly(true, true, true);
    }
}
