package io.channels4j.auth;

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
 * Who is at the other end of one connection, as of now, and what follows from it: the alarm of their expiry, and the connection's
 * place among those that can be ended by user.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class ConnectionAuth implements Supplier<User> {

    static final Scope.Key<ConnectionAuth> KEY = new Scope.Key<>("auth");

    private static final CloseStatus EXPIRED = new CloseStatus(4401, "authentication has expired");
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final Scope scope;
    private final Surroundings surroundings;
    private final Consumer<CloseStatus> end;
    private final List<Remembering> memories = new CopyOnWriteArrayList<>();

    private volatile User user = User.anonymous();

    /** All below is guarded by this. */
    private boolean watching;

    private boolean over;
    private @Nullable Future<?> alarm;

    /**
     * What all connections of one middleware share.
     *
     * @param clock tells when users expire
     * @param connections where connections are found by user
     * @param layerAlias the layer over which other processes are heard
     */
    record Surroundings(InstantSource clock, UserConnections connections, String layerAlias) {}

    ConnectionAuth(Scope scope, Surroundings surroundings, Consumer<CloseStatus> end) {
        this.scope = scope;
        this.surroundings = surroundings;
        this.end = end;
    }

    @Override
    public User get() {
        return user;
    }

    void remembering(List<Remembering> more) {
        more.stream().filter(memory -> !memories.contains(memory)).forEach(memories::add);
    }

    CompletionStage<Void> login(Scope inner, User newUser) {
        if (expired(newUser)) {
            throw new IllegalArgumentException("login: user \"%s\" expired at %s (expected: a time to come)"
                    .formatted(
                            newUser.id(),
                            newUser.expiresAt().map(Instant::toString).orElse("")));
        }
        memories.forEach(memory -> memory.remember(inner, newUser));
        return become(newUser);
    }

    CompletionStage<Void> logout(Scope inner) {
        CompletionStage<Void> done = become(User.anonymous());
        for (Remembering memory : memories) {
            CompletionStage<Void> forgotten = memory.forget(inner);
            done = Stages.isDone(forgotten) ? done : done.thenCombine(forgotten, (a, b) -> a);
        }
        return done;
    }

    boolean expired(User candidate) {
        Instant now = surroundings.clock().instant();
        return candidate.expiresAt().filter(at -> !at.isAfter(now)).isPresent();
    }

    /** Changes the user; completes when the connection can be ended by that user's id. */
    CompletionStage<Void> become(User newUser) {
        User before;
        synchronized (this) {
            before = user;
            user = newUser;
            if (!watching || over) {
                return Stages.done();
            }
            setAlarm();
        }
        return before.id().equals(newUser.id()) ? Stages.done() : move(before, newUser);
    }

    /** Starts to end the connection when its user expires or is disconnected; for connections that last. */
    CompletionStage<Void> watch() {
        User current;
        synchronized (this) {
            if (watching || over) {
                return Stages.done();
            }
            watching = true;
            current = user;
            setAlarm();
        }
        return move(User.anonymous(), current);
    }

    /** Notes the end of the connection. */
    void over() {
        User last;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            last = user;
            setAlarm();
        }
        move(last, User.anonymous());
    }

    void end(CloseStatus status) {
        end.accept(status);
    }

    private CompletionStage<Void> move(User from, User to) {
        ChannelLayer layer = ChannelLayers.of(scope).byAlias().get(surroundings.layerAlias());
        if (layer == null) {
            return Stages.done();
        }
        if (from.authenticated()) {
            surroundings.connections().remove(layer, from.id(), this);
        }
        if (!to.authenticated()) {
            return Stages.done();
        }
        CompletionStage<Void> added = surroundings.connections().add(layer, to.id(), this);
        if (isOver()) { // it ended meanwhile, maybe before it was added
            surroundings.connections().remove(layer, to.id(), this);
        }
        return added;
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** Sets the alarm anew for the current user; the caller has the lock. */
    private void setAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
            alarm = null;
        }
        Instant at = user.expiresAt().orElse(null);
        if (at != null && !over) {
            Duration wait = Duration.between(surroundings.clock().instant(), at);
            alarm = Timers.after(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT, scope.executor(), this::ring);
        }
    }

    private void ring() {
        synchronized (this) {
            if (over || !expired(user)) {
                setAlarm(); // renewed meanwhile, or still far away
                return;
            }
        }
        become(User.anonymous());
        end(EXPIRED);
    }
}
