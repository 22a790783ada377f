package io.channels4j.auth.connection;

import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.engine.Timers;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The current user of one connection. While the connection is watched, it ends when the user expires and can be looked up by the
 * user's id.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>UNWATCHED</td><td>{@link #watch}</td><td>WATCHED; starts the expiry timer, registers the connection</td></tr>
 * <tr><td>UNWATCHED</td><td>{@link #setUser}</td><td>UNWATCHED; changes the user only</td></tr>
 * <tr><td>WATCHED</td><td>{@link #setUser}, expiry</td><td>WATCHED; timer and registration follow the user</td></tr>
 * <tr><td>UNWATCHED, WATCHED</td><td>{@link #close}</td><td>CLOSED; stops the timer, removes the registration</td></tr>
 * <tr><td>CLOSED</td><td>any</td><td>CLOSED</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ConnectionAuth implements Supplier<User> {

    /** The key of a connection's authentication in its scope. */
    public static final Scope.Key<ConnectionAuth> KEY = new Scope.Key<>("auth");

    private static final CloseStatus EXPIRED = new CloseStatus(4401, "authentication has expired");
    private static final Duration MAX_TIMER_DELAY = Duration.ofDays(1);

    private final Scope scope;
    private final Settings settings;
    private final Consumer<CloseStatus> disconnector;
    private final List<LoginStore> loginStores = new CopyOnWriteArrayList<>();

    private volatile User user = User.anonymous();

    /** Guarded by this. */
    private State state = State.UNWATCHED;

    /** Guarded by this. */
    private @Nullable Future<?> expiryTimer;

    private enum State {
        UNWATCHED,
        WATCHED,
        CLOSED
    }

    /**
     * The parts that all connections of one middleware share.
     *
     * @param clock the clock that determines when users expire
     * @param connections the registry of connections by user
     * @param layerAlias the layer that carries disconnect messages between processes
     */
    public record Settings(InstantSource clock, UserConnections connections, String layerAlias) {}

    /** Creates the state of an anonymous connection; {@code disconnector} ends the connection. */
    public ConnectionAuth(Scope scope, Settings settings, Consumer<CloseStatus> disconnector) {
        this.scope = scope;
        this.settings = settings;
        this.disconnector = disconnector;
    }

    @Override
    public User get() {
        return user;
    }

    /** Adds login stores that are not already present. */
    public void addLoginStores(List<LoginStore> more) {
        more.stream().filter(store -> !loginStores.contains(store)).forEach(loginStores::add);
    }

    /** Changes the user and stores the login; throws if the user has expired. */
    public CompletionStage<Void> login(Scope inner, User newUser) {
        if (hasExpired(newUser)) {
            throw new IllegalArgumentException("login: user \"%s\" expired at %s (expected: a time in the future)"
                    .formatted(
                            newUser.id(),
                            newUser.expiresAt().map(Instant::toString).orElse("")));
        }
        loginStores.forEach(store -> store.storeLogin(inner, newUser));
        return setUser(newUser);
    }

    /** Makes the user anonymous and clears the stored login. */
    public CompletionStage<Void> logout(Scope inner) {
        CompletionStage<Void> done = setUser(User.anonymous());
        for (LoginStore store : loginStores) {
            CompletionStage<Void> cleared = store.clearLogin(inner);
            done = Stages.isDone(cleared) ? done : done.thenCombine(cleared, (both, nothing) -> both);
        }
        return done;
    }

    /** Returns true if a user has expired by now. */
    public boolean hasExpired(User candidate) {
        Instant now = settings.clock().instant();
        return candidate.expiresAt().filter(at -> !at.isAfter(now)).isPresent();
    }

    /** Changes the user; completes when the connection can be ended by that user's id. */
    public CompletionStage<Void> setUser(User newUser) {
        User before;
        synchronized (this) {
            before = user;
            user = newUser;
            if (state != State.WATCHED) {
                return Stages.done();
            }
            resetExpiryTimer();
        }
        return before.id().equals(newUser.id()) ? Stages.done() : register(before, newUser);
    }

    /**
     * Starts watching a long-lived connection, which then ends when its user expires or is disconnected. Completes when the
     * connection can be ended by the user's id.
     */
    public CompletionStage<Void> watch() {
        User current = enter(State.WATCHED);
        return current == null ? Stages.done() : register(User.anonymous(), current);
    }

    /** Stops watching, because the connection has ended. */
    public void close() {
        User last = enter(State.CLOSED);
        if (last != null) {
            register(last, User.anonymous());
        }
    }

    /** Enters a state and returns the current user, or null if the state or a later one had already been entered. */
    private synchronized @Nullable User enter(State next) {
        if (state.compareTo(next) >= 0) {
            return null;
        }
        state = next;
        resetExpiryTimer();
        return user;
    }

    /** Ends the connection. */
    void disconnect(CloseStatus status) {
        disconnector.accept(status);
    }

    private CompletionStage<Void> register(User before, User now) {
        ChannelLayer layer = ChannelLayers.from(scope).byAlias().get(settings.layerAlias());
        if (layer == null) {
            return Stages.done();
        }
        if (before.authenticated()) {
            settings.connections().remove(layer, before.id(), this);
        }
        if (!now.authenticated()) {
            return Stages.done();
        }
        CompletionStage<Void> added = settings.connections().add(layer, now.id(), this);
        if (isClosed()) { // closed in the meantime, possibly before the registration
            settings.connections().remove(layer, now.id(), this);
        }
        return added;
    }

    private synchronized boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Restarts the timer for the current user. The caller holds the lock. */
    private void resetExpiryTimer() {
        if (expiryTimer != null) {
            expiryTimer.cancel(false);
            expiryTimer = null;
        }
        Instant at = user.expiresAt().orElse(null);
        if (at != null && state == State.WATCHED) {
            Duration left = Duration.between(settings.clock().instant(), at);
            Duration delay = left.compareTo(MAX_TIMER_DELAY) < 0 ? left : MAX_TIMER_DELAY;
            expiryTimer = Timers.after(delay, scope.executor(), this::expire);
        }
    }

    private void expire() {
        synchronized (this) {
            if (state != State.WATCHED || !hasExpired(user)) {
                resetExpiryTimer(); // renewed in the meantime, or the delay was capped
                return;
            }
        }
        setUser(User.anonymous());
        disconnect(EXPIRED);
    }
}
