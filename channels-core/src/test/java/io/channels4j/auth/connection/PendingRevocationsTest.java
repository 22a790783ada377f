package io.channels4j.auth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.Connections;
import io.channels4j.fixture.FakeClock;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.websocket.CloseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PendingRevocationsTest {

    private static final User ADA = User.of("1", "ada");

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final AuthSettings settings =
            new AuthSettings(new LoginExpiries(new FakeClock()), new UserConnections(), ChannelLayers.DEFAULT, true);
    private final List<CloseStatus> closed = new ArrayList<>();
    private final AtomicInteger checks = new AtomicInteger();

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    private ConnectionAuth connection(Supplier<CompletionStage<Optional<User>>> check) {
        Scope scope = Scope.builder("http")
                .executor(Runnable::run)
                .with(ChannelLayers.KEY, ChannelLayers.of(layer))
                .build();
        ConnectionAuth auth = new ConnectionAuth(scope, settings, status -> {
            closed.add(status);
            return Stages.done();
        });
        auth.onRecheck(() -> {
            checks.incrementAndGet();
            return check.get();
        });
        return auth;
    }

    private static CompletionStage<Optional<User>> found() {
        return CompletableFuture.completedFuture(Optional.of(ADA));
    }

    private static DisconnectMessage revocation(String user) {
        return new DisconnectMessage(DisconnectMessage.Target.USER, user, new CloseStatus(4401, ""));
    }

    @Test
    @DisplayName("P8: revocations that may have been missed during a check cause a second check")
    void missed() {
        ConnectionAuth auth = connection(PendingRevocationsTest::found);
        PendingRevocations pending = new PendingRevocations();
        pending.add(revocation("2"));
        pending.miss();
        pending.add(revocation("2"));

        pending.applyTo(auth);

        assertThat(checks).hasValue(1);
    }

    @Test
    @DisplayName("P3: after the bound was reached, no revocation is kept")
    void bound() {
        ConnectionAuth auth = connection(CompletableFuture::new);
        auth.setUser(ADA);
        auth.watch();
        PendingRevocations pending = new PendingRevocations();
        for (int i = 0; i <= PendingRevocations.MAX_COUNT; i++) {
            pending.add(revocation(ADA.id()));
        }

        pending.applyTo(auth);

        assertThat(checks).hasValue(1);
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName("P8: revocations are kept during a check and applied when the connection is watched")
    void applied() {
        ConnectionAuth auth = connection(PendingRevocationsTest::found);
        auth.beginCheck();
        Connections.disconnectUser(layer, ADA.id());
        auth.setUser(ADA);
        assertThat(closed).isEmpty();

        auth.watch();

        assertThat(closed).hasSize(1);
        assertThat(checks).hasValue(0);
    }

    @Test
    @DisplayName("P8: a login during a request is not ended by an earlier revocation")
    void loginLater() {
        ConnectionAuth auth = connection(PendingRevocationsTest::found);
        auth.beginCheck();
        Connections.disconnectUser(layer, ADA.id());
        auth.login(Scope.builder("http").build(), ADA);

        auth.watch();

        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName(
            "P8: a stream is ended if its credentials cannot be checked again and revocations may have been missed")
    void checkFails() {
        ConnectionAuth auth = connection(() -> CompletableFuture.failedFuture(new IllegalStateException("test")));
        long since = System.nanoTime();
        auth.setUser(ADA);

        auth.watchStream(since);

        assertThat(closed).hasSize(1);
    }

    @Test
    @DisplayName("a stream's credentials are not checked again if this process has received revocations since then")
    void noSecondCheck() {
        ConnectionAuth other = connection(PendingRevocationsTest::found);
        other.setUser(User.of("2", "bob"));
        other.watch();
        ConnectionAuth auth = connection(PendingRevocationsTest::found);
        long since = System.nanoTime() + 1;
        auth.setUser(ADA);

        auth.watchStream(since);
        assertThat(checks).hasValue(0);

        Connections.disconnectUser(layer, "3");
        ConnectionAuth disturbed = connection(PendingRevocationsTest::found);
        disturbed.setUser(ADA);
        disturbed.watchStream(since);
        assertThat(checks).hasValue(1);
        assertThat(closed).isEmpty();
    }
}
