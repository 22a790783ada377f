package io.channels4j.auth.connection;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.engine.LayerControl;
import io.channels4j.engine.Timers;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.middleware.CookieMiddleware;
import io.channels4j.session.SessionGoneException;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current user of one connection. While the connection is watched, it ends when its user expires. It is then also
 * registered under its user's id and its session.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>UNWATCHED</td><td>{@link #watch}</td><td>WATCHED; starts the expiry timer, registers the connection</td></tr>
 * <tr><td>UNWATCHED</td><td>{@link #setUser}</td><td>UNWATCHED; changes the user only</td></tr>
 * <tr><td>WATCHED</td><td>{@link #setUser}</td><td>WATCHED; updates the timer and the registration</td></tr>
 * <tr><td>WATCHED</td><td>expiry</td><td>CLOSED; makes the user anonymous and ends the connection</td></tr>
 * <tr><td>UNWATCHED, WATCHED</td><td>{@link #close}</td><td>CLOSED; stops the timer, removes the registration</td></tr>
 * <tr><td>CLOSED</td><td>any</td><td>CLOSED</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ConnectionAuth implements Supplier<User> {

    /** The key of a connection's authentication in its scope. */
    public static final Scope.Key<ConnectionAuth> KEY = new Scope.Key<>("auth");

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");
    private static final CloseStatus EXPIRED = new CloseStatus(4401, "authentication has expired");
    private static final CloseStatus REVOKED = new CloseStatus(4401, "authentication was revoked");
    private static final CloseStatus LOGGED_OUT = new CloseStatus(4401, "logged out");
    private static final Duration MAX_TIMER_DELAY = Duration.ofDays(1);

    private final Scope scope;
    private final Settings settings;
    private final Function<CloseStatus, CompletionStage<Void>> disconnector;
    private final List<LoginStore> loginStores = new CopyOnWriteArrayList<>();

    /**
     * The check that finds the user again by the connection's credentials. Null if the credentials are not available.
     */
    private volatile @Nullable Supplier<CompletionStage<Optional<User>>> recheck;

    /** Written while holding the lock. */
    private volatile Identity identity = new Identity(User.anonymous(), null, null);

    /** Written while holding the lock. */
    private volatile State state = State.UNWATCHED;

    /** The new id of a session that was rotated on another connection; null if it was not. */
    private volatile @Nullable String rotatedSession;

    /** Whether the connection may have been added to the registry. */
    private volatile boolean registered;

    /** Guarded by this. */
    private @Nullable Future<?> expiryTimer;

    private enum State {
        UNWATCHED,
        WATCHED,
        CLOSED
    }

    /**
     * A user and its properties. The properties are read without holding the lock, because the application may implement {@link
     * User}.
     *
     * @param id the user's id; null for the anonymous user
     * @param expiresAt the time at which the login expires; null if it does not expire
     */
    private record Identity(
            User user, @Nullable String id, @Nullable Instant expiresAt) {

        static Identity of(User user) {
            return new Identity(
                    user,
                    user.authenticated() ? user.id() : null,
                    user.expiresAt().orElse(null));
        }
    }

    /**
     * The settings shared by all connections of one middleware.
     *
     * @param clock the clock that determines when users expire
     * @param connections the registry of connections by user and session
     * @param layerAlias the layer that carries disconnect messages between processes
     * @param endsConnectionsOnLogout whether a logout ends the other connections of its session
     */
    public record Settings(
            InstantSource clock, UserConnections connections, String layerAlias, boolean endsConnectionsOnLogout) {}

    /** Creates the state of an anonymous connection; {@code disconnector} ends the connection. */
    public ConnectionAuth(Scope scope, Settings settings, Function<CloseStatus, CompletionStage<Void>> disconnector) {
        this.scope = scope;
        this.settings = settings;
        this.disconnector = disconnector;
    }

    @Override
    public User get() {
        return identity.user();
    }

    /** Adds login stores that are not already present. */
    public void addLoginStores(List<LoginStore> more) {
        more.stream().filter(store -> !loginStores.contains(store)).forEach(loginStores::add);
    }

    /** Changes the user and stores the login. Throws if the user has expired. */
    public CompletionStage<Void> login(Scope inner, User newUser) {
        if (hasExpired(newUser)) {
            throw new IllegalArgumentException("login: user \"%s\" expired at %s (expected: a time in the future)"
                    .formatted(
                            newUser.id(),
                            newUser.expiresAt().map(Instant::toString).orElse("")));
        }
        Identity now = Identity.of(newUser);
        Identity before = change(now, false);
        if (before == null) {
            return CompletableFuture.failedFuture(
                    new ConnectionClosedException("login: the connection has ended, or its login has expired"));
        }
        loginStores.forEach(store -> store.storeLogin(inner, newUser));
        if (loginStores.isEmpty() || CookieMiddleware.responseStarted(inner)) {
            recheck = null; // this login is not stored in the client's session, so a check would not find it
        }
        return registerIfChanged(before, now);
    }

    /** Makes the user anonymous, clears the stored login, and then ends the other connections of the session. */
    public CompletionStage<Void> logout(Scope inner) {
        boolean endsOthers = settings.endsConnectionsOnLogout() && !loginStores.isEmpty();
        Optional<String> session = endsOthers ? inner.get(Scope.SESSION).flatMap(Session::id) : Optional.empty();
        CompletionStage<Void> done = setUser(User.anonymous());
        for (LoginStore store : loginStores) {
            CompletionStage<Void> cleared = store.clearLogin(inner);
            done = Stages.isDone(cleared) ? done : done.thenCombine(cleared, (both, nothing) -> both);
        }
        return session.isEmpty()
                ? done
                : done.thenRun(() -> announce(
                        new DisconnectMessage(DisconnectMessage.Target.SESSION, session.get(), LOGGED_OUT).toMessage(),
                        "other connections of the session may still be open after its logout"));
    }

    /** Returns true if a user's authentication has expired. */
    public boolean hasExpired(User candidate) {
        Instant now = settings.clock().instant();
        return candidate.expiresAt().filter(at -> !at.isAfter(now)).isPresent();
    }

    /** Sets the check that finds the user again after revocations may have been missed. */
    public void onRecheck(Supplier<CompletionStage<Optional<User>>> check) {
        recheck = check;
    }

    /** Changes the user. Completes when the connection can be ended by that user's id. */
    public CompletionStage<Void> setUser(User newUser) {
        Identity now = Identity.of(newUser);
        Identity before = change(now, true);
        return before == null ? Stages.done() : registerIfChanged(before, now);
    }

    /**
     * Changes the identity and returns the previous one. If the connection has ended, changes nothing and returns null.
     */
    private @Nullable Identity change(Identity next, boolean afterTheEnd) {
        Instant now = settings.clock().instant();
        synchronized (this) {
            if (state == State.CLOSED && !afterTheEnd) {
                return null;
            }
            Identity before = identity;
            identity = next;
            resetExpiryTimer(now);
            return before;
        }
    }

    private CompletionStage<Void> registerIfChanged(Identity before, Identity now) {
        return state != State.WATCHED || Objects.equals(before.id(), now.id()) ? Stages.done() : register();
    }

    /**
     * Starts watching a long-lived connection, so that it ends when its user expires or is disconnected. Completes when the
     * connection can be ended by the ids of its user and session.
     */
    public CompletionStage<Void> watch() {
        return enter(State.WATCHED) && (registeredUser() != null || isRegisteredBySession())
                ? register()
                : Stages.done();
    }

    /** Stops watching, because the connection has ended. */
    public void close() {
        if (enter(State.CLOSED) && registered) {
            Stages.ignore(register());
        }
    }

    /** Enters a state. Returns false if that state or a later one has already been entered. */
    private boolean enter(State next) {
        Instant now = settings.clock().instant();
        synchronized (this) {
            if (state.compareTo(next) >= 0) {
                return false;
            }
            state = next;
            resetExpiryTimer(now);
            return true;
        }
    }

    /** Ends the connection. Completes when the end has been sent or the connection has ended in another way. */
    CompletionStage<Void> disconnect(CloseStatus status) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        scope.closed().whenComplete((nothing, failure) -> ended.complete(Stages.NOTHING));
        try {
            disconnector
                    .apply(status)
                    .whenComplete((nothing, failure) -> Stages.complete(ended, nothing, unlessClosed(failure)));
        } catch (RuntimeException e) {
            Stages.complete(ended, Stages.NOTHING, unlessClosed(e));
        }
        return ended;
    }

    private static @Nullable Throwable unlessClosed(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : Stages.unwrap(failure);
        return cause instanceof ConnectionClosedException ? null : cause;
    }

    // ---- the registry ----

    private @Nullable ChannelLayer layer() {
        return ChannelLayers.from(scope).byAlias().get(settings.layerAlias());
    }

    private CompletionStage<Void> register() {
        // Set before the state is read. A concurrent close() therefore either sees the flag or prevents the
        // registration.
        registered = true;
        ChannelLayer layer = layer();
        return layer == null ? Stages.done() : settings.connections().update(layer, this);
    }

    /** Returns the user id under which the connection is registered, or null if it is not registered under one. */
    @Nullable
    String registeredUser() {
        return state == State.WATCHED ? identity.id() : null;
    }

    /** Returns true if the connection is registered under its session. */
    boolean isRegisteredBySession() {
        return state == State.WATCHED && scope.get(Scope.SESSION).isPresent();
    }

    /** Returns true if this connection uses the session with the given id. */
    boolean usesSession(String id) {
        return id.equals(rotatedSession)
                || scope.get(Scope.SESSION)
                        .flatMap(Session::id)
                        .filter(id::equals)
                        .isPresent();
    }

    /** Records the new id of this connection's session, which another connection of the client has rotated. */
    void sessionRotated(String newId) {
        rotatedSession = newId;
    }

    /** Announces that this connection has stored its session under a new id. */
    public void announceRotation(String before, String now) {
        announce(
                new SessionRotation(before, now).toMessage(),
                "connections that were opened earlier cannot be found by the new id of their session");
    }

    /** Sends a control message in the background. A slow process therefore does not delay the response. */
    private void announce(Message message, String consequence) {
        ChannelLayer layer = layer();
        if (layer == null) {
            return;
        }
        CompletionStage<Void> sent;
        try {
            sent = LayerControl.of(layer).send(DisconnectMessage.TOPIC, message);
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        sent.whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "connection {}: {}: {}",
                        scope.connectionId(),
                        consequence,
                        Stages.unwrap(failure).toString());
            }
        });
    }

    /**
     * Ends the connection if its credentials no longer identify its user. If the credentials cannot be checked, the connection
     * stays open.
     */
    CompletionStage<Void> recheck() {
        Supplier<CompletionStage<Optional<User>>> check = recheck;
        String id = registeredUser();
        if (check == null) {
            return Stages.done();
        }
        CompletionStage<Optional<User>> found;
        try {
            found = check.get();
        } catch (RuntimeException e) {
            found = CompletableFuture.failedFuture(e);
        }
        return found.handle((user, failure) -> {
            Throwable cause = failure == null ? null : Stages.unwrap(failure);
            if (cause instanceof SessionGoneException) {
                Stages.ignore(disconnect(REVOKED));
            } else if (cause != null) {
                LOG.warn(
                        "connection {}: stays open although its user could not be checked after a layer outage: {}",
                        scope.connectionId(),
                        cause.toString());
            } else if (!user.filter(User::authenticated).map(User::id).equals(Optional.ofNullable(id))
                    && Objects.equals(id, registeredUser())) {
                Stages.ignore(disconnect(REVOKED));
            }
            return Stages.NOTHING;
        });
    }

    // ---- expiry ----

    /**
     * Restarts the timer for the current user. The caller must hold the lock. It must read the clock before it acquires
     * the lock, because the application may implement the clock.
     */
    private void resetExpiryTimer(Instant now) {
        if (expiryTimer != null) {
            expiryTimer.cancel(false);
            expiryTimer = null;
        }
        Instant at = identity.expiresAt();
        if (at != null && state == State.WATCHED) {
            Duration left = Duration.between(now, at);
            Duration delay = left.compareTo(MAX_TIMER_DELAY) < 0 ? left : MAX_TIMER_DELAY;
            expiryTimer = Timers.after(delay, scope.executor(), this::expire);
        }
    }

    private void expire() {
        Instant now = settings.clock().instant();
        synchronized (this) {
            Instant at = identity.expiresAt();
            if (state != State.WATCHED || at == null || at.isAfter(now)) {
                resetExpiryTimer(now); // renewed in the meantime, or the delay was capped
                return;
            }
            // Changed under the lock, so that a concurrent renewal either prevents the expiry or fails.
            identity = Identity.of(User.anonymous());
            state = State.CLOSED;
            expiryTimer = null;
        }
        Stages.ignore(register());
        Stages.ignore(disconnect(EXPIRED));
    }
}
