package io.channels4j.auth.connection;

import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.control.ControlReceiver;
import io.channels4j.control.ControlSubscription;
import io.channels4j.engine.LayerControl;
import io.channels4j.engine.timer.Timers;
import io.channels4j.internal.Backoff;
import io.channels4j.internal.ControlThreads;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one layer, and the subscription through which they receive revocations.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>NEW, FAILED</td><td>{@link #subscribe}</td><td>SUBSCRIBING</td></tr>
 * <tr><td>SUBSCRIBING</td><td>the layer has accepted the subscription</td><td>SUBSCRIBED</td></tr>
 * <tr><td>SUBSCRIBING</td><td>the layer has rejected it</td><td>FAILED; retried after a delay, or by the next
 * connection</td></tr>
 * <tr><td>any</td><td>{@link #close}</td><td>CLOSED</td></tr>
 * </table>
 *
 * <p>A connection is added before its credentials are checked, so that it receives the revocations that arrive during the check. Of the
 * revocations before, only the time of the last one is known.
 *
 * <p>After an outage, it is unknown which revocations were missed, so all connections are authenticated again.
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while the layer is called or a connection is ended.
 */
final class LayerConnections implements ControlReceiver {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    private final ChannelLayer layer;

    /** Guarded by this, like all fields below. */
    private final Map<String, Set<ConnectionAuth>> byUser = new HashMap<>();

    private final Map<ConnectionAuth, String> users = new HashMap<>();
    private final Set<ConnectionAuth> withSession = new HashSet<>();
    private final Set<ConnectionAuth> checking = new HashSet<>();
    private boolean lingers;

    /** The {@link System#nanoTime} since which all messages are received and none has arrived. */
    private long quietSince;

    private State state = State.NEW;
    private CompletableFuture<Void> attempt = new CompletableFuture<>();
    private @Nullable ControlSubscription subscription;
    private int failures;

    private enum State {
        NEW,
        SUBSCRIBING,
        SUBSCRIBED,
        FAILED,
        CLOSED
    }

    LayerConnections(ChannelLayer layer) {
        this.layer = layer;
    }

    /** Updates a connection's registration to match its current state. Returns true if no connection is left. */
    synchronized boolean update(ConnectionAuth connection) {
        String now = connection.registeredUser();
        String before = now == null ? users.remove(connection) : users.put(connection, now);
        if (before != null && !before.equals(now)) {
            byUser.computeIfPresent(before, (id, all) -> {
                all.remove(connection);
                return all.isEmpty() ? null : all;
            });
        }
        if (now != null) {
            byUser.computeIfAbsent(now, id -> new HashSet<>(2)).add(connection);
        }
        if (connection.isRegisteredBySession()) {
            withSession.add(connection);
        } else {
            withSession.remove(connection);
        }
        if (connection.isChecking()) {
            checking.add(connection);
        } else {
            checking.remove(connection);
        }
        return isEmpty();
    }

    private boolean isEmpty() {
        return users.isEmpty() && withSession.isEmpty() && checking.isEmpty();
    }

    /** Starts to keep the subscription without connections. Returns false if that has already started. */
    synchronized boolean startLingering() {
        boolean starts = !lingers;
        lingers = true;
        return starts;
    }

    /** Ends what {@link #startLingering} started. Returns true if no connection is left. */
    synchronized boolean endLingering() {
        lingers = false;
        return isEmpty();
    }

    /** Adds the scopes of a user's connections. */
    synchronized void addScopes(String userId, List<Scope> scopes) {
        byUser.getOrDefault(userId, Set.of()).forEach(connection -> scopes.add(connection.scope()));
    }

    synchronized boolean isClosed() {
        return state == State.CLOSED;
    }

    // ---- the subscription ----

    /**
     * Subscribes unless a subscription already exists or is in progress. Completes after the attempt, whether or not it
     * succeeded.
     */
    CompletionStage<Void> subscribe() {
        CompletableFuture<Void> current;
        synchronized (this) {
            if (state != State.NEW && state != State.FAILED) {
                return attempt;
            }
            if (state == State.FAILED) {
                attempt = new CompletableFuture<>();
            }
            state = State.SUBSCRIBING;
            current = attempt;
        }
        LocalConnections.add(layer, this);
        try {
            ControlSubscription opened = LayerControl.of(layer).subscribe(DisconnectMessage.TOPIC, this);
            opened.ready().whenComplete((nothing, failure) -> subscribed(opened, failure));
        } catch (RuntimeException e) {
            subscribed(null, e);
        }
        return current;
    }

    private void subscribed(@Nullable ControlSubscription opened, @Nullable Throwable failure) {
        CompletableFuture<Void> attempted;
        State now;
        int earlierFailures;
        synchronized (this) {
            attempted = attempt;
            earlierFailures = failures;
            if (state != State.CLOSED) {
                state = failure == null ? State.SUBSCRIBED : State.FAILED;
                quietSince = System.nanoTime();
                subscription = failure == null ? opened : null;
                failures = failure == null ? 0 : failures + 1;
            }
            now = state;
        }
        if (now != State.SUBSCRIBED && opened != null) {
            opened.close();
        }
        if (now == State.FAILED && failure != null) {
            failed(failure, earlierFailures);
        } else if (now == State.SUBSCRIBED && earlierFailures > 0) {
            LOG.info("revocations reach the connections of this process again");
            missed();
        }
        attempted.complete(Stages.NOTHING);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a retry has no effect once the state has changed
    private void failed(Throwable failure, int earlierFailures) {
        if (earlierFailures == 0) {
            LOG.warn(
                    "revocations from other processes do not reach the connections of this process; subscribing is"
                            + " retried: {}",
                    Stages.unwrap(failure).toString());
        }
        Duration delay = BACKOFF.delay(earlierFailures, new SplittableRandom());
        Timers.after(delay, ControlThreads.executor(), this::retry);
    }

    private void retry() {
        boolean due;
        synchronized (this) {
            due = state == State.FAILED;
        }
        if (due) {
            Stages.ignore(subscribe());
        }
    }

    /** Ends the subscription, because no connection is left. */
    void close() {
        ControlSubscription open;
        CompletableFuture<Void> waiting;
        synchronized (this) {
            state = State.CLOSED;
            open = subscription;
            subscription = null;
            waiting = attempt;
        }
        LocalConnections.remove(layer, this);
        waiting.complete(Stages.NOTHING);
        if (open != null) {
            open.close();
        }
    }

    // ---- revocations ----

    /**
     * Returns true if messages have arrived or may have been missed since a time. Without a subscription, the answer is false, because
     * all connections are authenticated again when the subscription succeeds.
     */
    synchronized boolean mayHaveMissedSince(long time) {
        return state == State.SUBSCRIBED && time - quietSince <= 0;
    }

    @Override
    public CompletionStage<Void> receive(Message message) {
        synchronized (this) {
            quietSince = System.nanoTime();
        }
        if (SessionRotation.isRotation(message)) {
            rotated(SessionRotation.from(message));
            return Stages.done();
        }
        if (!DisconnectMessage.isDisconnect(message)) { // from a later version
            return Stages.done();
        }
        DisconnectMessage revocation = DisconnectMessage.from(message);
        CompletionStage<Void> all = Stages.done();
        for (ConnectionAuth connection : candidates(revocation)) {
            all = Stages.both(all, pass(revocation, connection));
        }
        return all;
    }

    private static CompletionStage<Void> pass(DisconnectMessage revocation, ConnectionAuth connection) {
        PendingRevocations later = connection.pending();
        if (later != null) {
            later.add(revocation);
        }
        // Compared after it was added: if the check has ended in the meantime, the user is known by now.
        return revocation.concerns(connection) ? connection.disconnect(revocation.status()) : Stages.done();
    }

    private synchronized Set<ConnectionAuth> candidates(DisconnectMessage revocation) {
        return revocation.target() == DisconnectMessage.Target.SESSION
                ? withSession()
                : union(byUser.getOrDefault(revocation.id(), Set.of()), checking);
    }

    private synchronized Set<ConnectionAuth> withSession() {
        return union(withSession, checking);
    }

    private static Set<ConnectionAuth> union(Set<ConnectionAuth> some, Set<ConnectionAuth> more) {
        Set<ConnectionAuth> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    private void rotated(SessionRotation rotation) {
        for (ConnectionAuth connection : withSession()) {
            if (connection.session().contain(rotation.before())) {
                connection.session().rotatedTo(rotation.now());
            }
        }
    }

    @Override
    public void missed() {
        Set<ConnectionAuth> all;
        List<ConnectionAuth> beingChecked;
        synchronized (this) {
            quietSince = System.nanoTime();
            beingChecked = List.copyOf(checking);
            all = new HashSet<>(users.keySet());
            all.addAll(withSession);
        }
        for (ConnectionAuth connection : beingChecked) {
            PendingRevocations later = connection.pending();
            if (later != null) {
                later.miss();
            }
            if (connection.pending() == null) { // the check has ended in the meantime
                all.add(connection);
            }
        }
        new Recheck(List.copyOf(all)).start();
    }
}
