package io.channels4j.auth.connection;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.engine.UserObserver;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.middleware.CookieMiddleware;
import io.channels4j.websocket.CloseStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The current user of one connection. While the connection is watched, it ends when its user expires. It is then also
 * registered under its user's id and its session.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>UNWATCHED</td><td>{@link #watch}</td><td>WATCHED; starts the expiry, registers the connection</td></tr>
 * <tr><td>UNWATCHED</td><td>{@link #setUser}</td><td>UNWATCHED; changes the user only</td></tr>
 * <tr><td>WATCHED</td><td>{@link #setUser}</td><td>WATCHED; updates the expiry and the registration</td></tr>
 * <tr><td>WATCHED</td><td>expiry</td><td>CLOSED; makes the user anonymous and ends the connection</td></tr>
 * <tr><td>UNWATCHED, WATCHED</td><td>{@link #close}</td><td>CLOSED; ends the expiry, removes the registration</td></tr>
 * <tr><td>CLOSED</td><td>any</td><td>CLOSED</td></tr>
 * </table>
 *
 * <p>In addition, revocations are kept from {@link #beginCheck} until the next registration of a watched connection.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ConnectionAuth implements UserObserver {

    /** The key of a connection's authentication in its scope. */
    public static final Scope.Key<ConnectionAuth> KEY = new Scope.Key<>("auth");

    private static final CloseStatus EXPIRED = new CloseStatus(4401, "authentication has expired");

    private final Scope scope;
    private final AuthSettings settings;
    private final Function<CloseStatus, CompletionStage<Void>> disconnector;
    private final SessionIds session;
    private final LoginRenewal renewal;
    private final List<LoginStore> loginStores = new CopyOnWriteArrayList<>();

    /** The check that finds the user again by the connection's credentials. Null if they are not available. */
    private volatile @Nullable Supplier<CompletionStage<Optional<User>>> recheck;

    /** Written while holding the lock. */
    private volatile Identity identity = new Identity(User.anonymous(), null, null);

    /** Written while holding the lock. */
    private volatile State state = State.UNWATCHED;

    /** The revocations that arrive while the credentials are checked; null at other times. */
    private volatile @Nullable PendingRevocations pending;

    /** Whether the connection was ended by a revocation or by its expiry. */
    private volatile boolean ended;

    /** Whether the connection may have been added to the registry. */
    private volatile boolean registered;

    /** Guarded by this. */
    private LoginExpiries.@Nullable Expiry expiry;

    private enum State {
        UNWATCHED,
        WATCHED,
        CLOSED
    }

    /** Creates the state of an anonymous connection; {@code disconnector} ends the connection. */
    public ConnectionAuth(
            Scope scope, AuthSettings settings, Function<CloseStatus, CompletionStage<Void>> disconnector) {
        this.scope = scope;
        this.settings = settings;
        this.disconnector = disconnector;
        this.session = new SessionIds(scope);
        this.renewal = new LoginRenewal(this, scope.executor());
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
        pending = pending == null ? null : new PendingRevocations(); // earlier revocations do not concern this login
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

    /** Takes over the user that other middleware has put into the scope, unless that user is anonymous or has expired. */
    @Override
    public CompletionStage<Void> replaced(Supplier<User> user) {
        User found = user.get();
        if (!found.authenticated() || hasExpired(found)) {
            return Stages.done();
        }
        recheck = null; // this connection's authenticators did not find this user
        return setUser(found);
    }

    /** Returns the renewal of the login with new tokens. */
    public LoginRenewal renewal() {
        return renewal;
    }

    /** Renews the login of a user, unless the connection has another user by now, or has ended. Returns whether it was renewed. */
    boolean renew(String id, User renewed, Supplier<CompletionStage<Optional<User>>> check) {
        Identity next = Identity.of(renewed);
        Instant now = settings.expiries().now();
        synchronized (this) {
            if (state == State.CLOSED || ended || !id.equals(identity.id())) {
                return false;
            }
            identity = next;
            recheck = check; // the earlier token may have expired
            resetExpiry(now);
            return true;
        }
    }

    /** Makes the user anonymous, clears the stored login, and then ends the other connections of the session. */
    public CompletionStage<Void> logout(Scope inner) {
        boolean endsOthers = settings.endsConnectionsOnLogout() && !loginStores.isEmpty();
        Optional<String> loggedOut = endsOthers ? inner.get(Scope.SESSION).flatMap(Session::id) : Optional.empty();
        CompletionStage<Void> done = setUser(User.anonymous());
        for (LoginStore store : loginStores) {
            CompletionStage<Void> cleared = store.clearLogin(inner);
            done = Stages.isDone(cleared) ? done : done.thenCombine(cleared, (both, nothing) -> both);
        }
        return loggedOut.isEmpty()
                ? done
                : done.thenRun(() -> new Announcement(scope, layer()).ofLogout(loggedOut.get()));
    }

    /** Returns true if a user's authentication has expired. */
    public boolean hasExpired(User candidate) {
        Instant now = settings.expiries().now();
        return candidate.expiresAt().filter(at -> !at.isAfter(now)).isPresent();
    }

    /** Sets the check that finds the user again after revocations may have been missed. */
    public void onRecheck(Supplier<CompletionStage<Optional<User>>> check) {
        recheck = check;
    }

    /** Changes the user. If the connection is watched, completes when it can be ended by the new user's id. */
    public CompletionStage<Void> setUser(User newUser) {
        Identity now = Identity.of(newUser);
        Identity before = change(now, true);
        return before == null ? Stages.done() : registerIfChanged(before, now);
    }

    /** Changes the identity and returns the previous one. If the connection has ended, changes nothing and returns null. */
    private @Nullable Identity change(Identity next, boolean afterTheEnd) {
        Instant now = settings.expiries().now();
        synchronized (this) {
            if (state == State.CLOSED && !afterTheEnd) {
                return null;
            }
            Identity before = identity;
            identity = next;
            resetExpiry(now);
            return before;
        }
    }

    private CompletionStage<Void> registerIfChanged(Identity before, Identity now) {
        boolean unchanged = pending == null && Objects.equals(before.id(), now.id());
        return state != State.WATCHED || unchanged ? Stages.done() : register();
    }

    // ---- checking the credentials ----

    /**
     * Must be called before the credentials are checked. Revocations that arrive from now on are applied after {@link #watch}, {@link
     * #setUser} on a watched connection, or {@link #endCheck}. Completes when this process receives revocations and the session is as
     * in the store.
     */
    public CompletionStage<Void> beginCheck() {
        if (layer() == null || pending != null) {
            return Stages.done();
        }
        pending = new PendingRevocations();
        return Stages.on(scope.executor(), updateRegistration())
                .thenCompose(nothing ->
                        mayHaveMissed(System.nanoTime()) ? CredentialCheck.refreshSession(scope) : Stages.done());
    }

    /** Calls {@link #beginCheck} unless the connection is already watched, in which case revocations are received anyway. */
    public CompletionStage<Void> beginCheckUnlessWatched() {
        return state == State.UNWATCHED ? beginCheck() : Stages.done();
    }

    /** Ends the check of a watched connection whose user was not found. */
    public CompletionStage<Void> endCheck() {
        return state == State.WATCHED && pending != null ? register() : Stages.done();
    }

    /** Returns true if revocations may have been missed since the session was loaded, or since a time without a session. */
    private boolean mayHaveMissed(long since) {
        ChannelLayer layer = layer();
        return layer != null
                && settings.connections().mayHaveMissedSince(layer, CredentialCheck.loadedSince(scope, since));
    }

    /** Returns true if the connection was ended by a revocation or by its expiry. */
    public boolean isEnded() {
        return ended;
    }

    /** Returns true while the credentials are checked. */
    boolean isChecking() {
        return pending != null && state != State.CLOSED;
    }

    /** Starts watching a long-lived connection. Completes when it can be ended by the ids of its user and session. */
    public CompletionStage<Void> watch() {
        return enter(State.WATCHED) && (pending != null || registeredUser() != null || isRegisteredBySession())
                ? register()
                : Stages.done();
    }

    /**
     * Starts watching a response that is being streamed. If revocations may have been missed since its credentials were checked, they
     * are checked again.
     *
     * @param since the {@link System#nanoTime} before the credentials were checked
     */
    public void watchStream(long since) {
        boolean checked = pending != null;
        CompletionStage<Void> watched = Stages.on(scope.executor(), watch());
        boolean identified = registeredUser() != null
                || isRegisteredBySession() && scope.session().id().isPresent();
        if (!checked && identified) {
            watched = watched.thenCompose(nothing -> mayHaveMissed(since) ? recheck(false) : Stages.done());
        }
        Stages.ignore(watched);
    }

    /** Stops watching, because the connection has ended. */
    public void close() {
        if (enter(State.CLOSED) && registered) {
            Stages.ignore(register());
        }
    }

    /** Enters a state. Returns false if that state or a later one has already been entered. */
    private boolean enter(State next) {
        Instant now = settings.expiries().now();
        synchronized (this) {
            if (state.compareTo(next) >= 0) {
                return false;
            }
            state = next;
            resetExpiry(now);
            return true;
        }
    }

    /** Ends the connection. Completes when the end has been sent or the connection has ended in another way. */
    CompletionStage<Void> disconnect(CloseStatus status) {
        ended = true;
        return ConnectionEnd.send(scope, disconnector, status);
    }

    // ---- the registry ----

    private @Nullable ChannelLayer layer() {
        return ChannelLayers.from(scope).byAlias().get(settings.layerAlias());
    }

    private CompletionStage<Void> updateRegistration() {
        // Set before the state is read. A concurrent close() therefore either sees the flag or prevents the
        // registration.
        registered = true;
        ChannelLayer layer = layer();
        return layer == null ? Stages.done() : settings.connections().update(layer, this);
    }

    /** Updates the registration. On a watched connection, this ends the check of the credentials. */
    private CompletionStage<Void> register() {
        PendingRevocations arrived = state == State.WATCHED ? pending : null;
        if (arrived == null) {
            return updateRegistration();
        }
        pending = null;
        return updateRegistration().thenCompose(nothing -> arrived.applyTo(this));
    }

    /** Returns the collected revocations while the credentials are checked; null at other times. */
    @Nullable
    PendingRevocations pending() {
        return pending;
    }

    /** Returns the scope in which the connection was opened. */
    Scope scope() {
        return scope;
    }

    /** Returns the user id under which the connection is registered, or null if it is not registered under one. */
    @Nullable
    String registeredUser() {
        return state == State.WATCHED ? identity.id() : null;
    }

    /** Returns true if the connection is registered under its session. */
    boolean isRegisteredBySession() {
        return state == State.WATCHED && session.isPresent();
    }

    /** Returns the ids of the connection's session. */
    SessionIds session() {
        return session;
    }

    /** Announces that this connection has stored its session under a new id. */
    public void announceRotation(String before, String now) {
        new Announcement(scope, layer()).ofRotation(before, now);
    }

    /** Ends the connection if its credentials no longer identify its user, or cannot be checked and {@code staysOpen} is false. */
    CompletionStage<Void> recheck(boolean staysOpen) {
        Supplier<CompletionStage<Optional<User>>> check = recheck;
        return check == null ? Stages.done() : CredentialCheck.run(this, check, staysOpen);
    }

    // ---- expiry ----

    /** Updates the expiry for the current user. The caller must hold the lock, and read the clock before it acquires it. */
    private void resetExpiry(Instant now) {
        if (expiry != null) {
            settings.expiries().remove(expiry);
            expiry = null;
        }
        Instant at = identity.expiresAt();
        if (at != null && state == State.WATCHED) {
            expiry = settings.expiries().add(scope.executor(), at, now, this::expire);
        }
    }

    private void expire() {
        Instant now = settings.expiries().now();
        synchronized (this) {
            Instant at = identity.expiresAt();
            if (state != State.WATCHED || at == null || at.isAfter(now)) {
                resetExpiry(now); // renewed in the meantime, or the clock was set back
                return;
            }
            // Changed under the lock, so that a concurrent renewal either prevents the expiry or fails.
            identity = Identity.of(User.anonymous());
            state = State.CLOSED;
            expiry = null;
        }
        Stages.ignore(register());
        Stages.ignore(disconnect(EXPIRED));
    }
}
