package io.channels4j.session;

import io.channels4j.ChannelsException;
import io.channels4j.ClientErrorException;
import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.internal.SessionTracking;
import io.channels4j.internal.Stages;
import io.channels4j.internal.StandardJson;
import io.channels4j.middleware.CookieMiddleware;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The session of one connection, with the loaded values and the unsaved changes.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>unsaved</th><th>on</th><th>next</th></tr>
 * <tr><td>NOTHING</td><td>a changed value, {@link #touch}</td><td>VALUES</td></tr>
 * <tr><td>NOTHING, VALUES</td><td>{@link #rotateId}</td><td>ID</td></tr>
 * <tr><td>VALUES, ID</td><td>{@link #save}</td><td>NOTHING while the store saves</td></tr>
 * <tr><td>any</td><td>the save failed</td><td>at least as before the save</td></tr>
 * </table>
 */
final class StoredSession implements Session, SessionTracking {

    private static final byte[] EMPTY = {'{', '}'};

    private final SessionStore store;
    private final SessionCookie cookie;
    private final Scope scope;
    private final long loadedSince;

    /** The loaded values with the changes applied. Like the fields below, guarded by this. */
    private Map<String, JsonNode> values;

    /** The changes since the last save. */
    private SessionChanges changes = SessionChanges.none();

    /** Null for a session that has never been saved. */
    private @Nullable String token;

    private Unsaved unsaved = Unsaved.NOTHING;
    private CompletionStage<Void> lastStep = Stages.done();
    private volatile BiConsumer<String, String> rotationAction = (before, now) -> {};

    /** The kind of changes that the next save writes. Each constant includes the preceding ones. */
    private enum Unsaved {
        NOTHING,
        VALUES,
        ID
    }

    /** The content of one save. */
    private record Snapshot(@Nullable String token, Unsaved unsaved, SessionChanges changes, boolean isEmpty) {}

    StoredSession(
            SessionStore store,
            SessionCookie cookie,
            Scope scope,
            long loadedSince,
            @Nullable String token,
            Map<String, JsonNode> values) {
        this.store = store;
        this.cookie = cookie;
        this.scope = scope;
        this.loadedSince = loadedSince;
        this.token = token;
        this.values = new LinkedHashMap<>(values);
    }

    @Override
    public Optional<String> id() {
        return Optional.ofNullable(currentToken()).map(SessionTokens::id);
    }

    @Override
    public synchronized Set<String> names() {
        return Set.copyOf(values.keySet());
    }

    @Override
    public <T> Optional<T> get(String name, Class<T> type) {
        JsonNode value = find(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            if (type == String.class && !value.isString()) {
                throw unfit(name, type, null);
            }
            return Optional.ofNullable(StandardJson.MAPPER.treeToValue(value, type));
        } catch (JacksonException e) {
            throw unfit(name, type, e);
        }
    }

    private synchronized @Nullable JsonNode find(String name) {
        return values.get(name);
    }

    private static ChannelsException unfit(String name, Class<?> type, @Nullable Exception cause) {
        return new ChannelsException("session value %s: does not fit %s".formatted(name, type.getName()), cause);
    }

    @Override
    public void put(String name, Object value) {
        JsonNode json;
        try {
            json = StandardJson.MAPPER.valueToTree(value);
        } catch (JacksonException e) {
            throw new ChannelsException(
                    "session value %s: a %s cannot be written as JSON"
                            .formatted(name, value.getClass().getName()),
                    e);
        }
        synchronized (this) {
            if (!json.equals(values.put(name, json))) {
                changes = changes.withPut(name, json);
                changed(Unsaved.VALUES);
            }
        }
    }

    @Override
    public synchronized void remove(String name) {
        if (values.remove(name) != null) {
            changes = changes.withRemoved(name);
            changed(Unsaved.VALUES);
        }
    }

    @Override
    public synchronized void clear() {
        if (token != null || !values.isEmpty()) {
            values.clear();
            changes = SessionChanges.ofClear();
            changed(Unsaved.VALUES);
        }
    }

    @Override
    public synchronized boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public synchronized boolean modified() {
        return unsaved != Unsaved.NOTHING;
    }

    @Override
    public synchronized void rotateId() {
        if (token != null) {
            changed(Unsaved.ID);
        }
    }

    /** Makes the next save write the session even if it has no changes, which extends its lifetime. */
    synchronized void touch() {
        if (!values.isEmpty()) {
            changed(Unsaved.VALUES);
        }
    }

    /** Records the kind of change that the next save writes. The caller must hold the lock. */
    private void changed(Unsaved change) {
        if (unsaved.compareTo(change) < 0) {
            unsaved = change;
        }
    }

    @Override
    public CompletionStage<Void> save() {
        return afterLastStep(this::saveNow);
    }

    @Override
    public CompletionStage<Void> reload() {
        return afterLastStep(this::reloadNow);
    }

    /** Runs a step when the previous one has completed. Saves and reloads of this session therefore do not overlap. */
    private CompletionStage<Void> afterLastStep(Supplier<CompletionStage<Void>> step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletionStage<Void> before;
        synchronized (this) {
            before = lastStep;
            lastStep = done;
        }
        before.whenComplete((nothing, failure) -> run(step, done));
        return done;
    }

    private static void run(Supplier<CompletionStage<Void>> step, CompletableFuture<Void> done) {
        try {
            step.get()
                    .whenComplete((nothing, failure) ->
                            Stages.complete(done, nothing, failure == null ? null : Stages.unwrap(failure)));
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }

    private CompletionStage<Void> saveNow() {
        Snapshot snapshot = snapshot();
        if (snapshot == null) {
            return Stages.done();
        }
        CompletionStage<Void> written;
        try {
            written = write(snapshot);
        } catch (RuntimeException e) {
            written = CompletableFuture.failedFuture(e);
        }
        return Stages.isDone(written)
                ? written
                : written.whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        restore(snapshot);
                    }
                });
    }

    private synchronized @Nullable Snapshot snapshot() {
        if (unsaved == Unsaved.NOTHING) {
            return null;
        }
        Snapshot snapshot = new Snapshot(token, unsaved, changes, values.isEmpty());
        unsaved = Unsaved.NOTHING;
        changes = SessionChanges.none();
        return snapshot;
    }

    private synchronized void restore(Snapshot failed) {
        changes = failed.changes().then(changes);
        changed(failed.unsaved());
    }

    private CompletionStage<Void> write(Snapshot snapshot) {
        String old = snapshot.token();
        boolean rotates = snapshot.unsaved() == Unsaved.ID;
        if (snapshot.isEmpty() && (old == null || rotates || snapshot.changes().cleared())) {
            return old == null ? Stages.done() : store.delete(old).thenRun(this::deleted);
        }
        if (old == null) {
            return CookieMiddleware.responseStarted(scope)
                    ? cookieTooLate()
                    : create(snapshot.changes().applyTo(EMPTY));
        }
        if (rotates) {
            return CookieMiddleware.responseStarted(scope) ? cookieTooLate() : rotate(snapshot.changes(), old);
        }
        return store.merge(old, snapshot.changes(), cookie.lifetime()).thenCompose(now -> merged(old, now));
    }

    private CompletionStage<Void> create(byte[] data) {
        return store.create(data, cookie.lifetime()).thenAccept(created -> {
            sendToken(created);
            setValues(data);
        });
    }

    /**
     * Copies the currently stored values, with the changes applied, to a session with a new id. If the session has been deleted, only the
     * changes are kept.
     */
    private CompletionStage<Void> rotate(SessionChanges from, String old) {
        return store.load(old)
                .thenCompose(found -> create(from.applyTo(found.orElse(EMPTY))))
                .thenCompose(nothing -> {
                    reportRotation(old);
                    return store.delete(old);
                });
    }

    private void reportRotation(String old) {
        String now = currentToken();
        if (now != null) {
            rotationAction.accept(SessionTokens.id(old), SessionTokens.id(now));
        }
    }

    @Override
    public void onRotation(BiConsumer<String, String> action) {
        rotationAction = action;
    }

    private CompletionStage<Void> merged(String old, Optional<MergedSession> now) {
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(new SessionGoneException());
        }
        MergedSession merged = now.get();
        if (merged.isEmpty()) {
            setValues(merged.data());
            deleted();
            return Stages.done();
        }
        boolean late = CookieMiddleware.responseStarted(scope);
        if (late && !merged.token().equals(old)) {
            return cookieTooLate();
        }
        if (!late) {
            sendToken(merged.token());
        }
        setValues(merged.data());
        return Stages.done();
    }

    @Override
    public long loadedSince() {
        return loadedSince;
    }

    @Override
    public void forget() {
        setToken(null);
        setValues(EMPTY);
    }

    private CompletionStage<Void> reloadNow() {
        String current = currentToken();
        return current == null ? Stages.done() : store.load(current).thenAccept(this::reloaded);
    }

    private void reloaded(Optional<byte[]> found) {
        if (found.isEmpty()) {
            throw new SessionGoneException();
        }
        setValues(found.get());
    }

    private synchronized @Nullable String currentToken() {
        return token;
    }

    /** Replaces the values with those in the store, and applies the unsaved changes to them. */
    private void setValues(byte[] stored) {
        Map<String, JsonNode> read = SessionChanges.read(stored);
        synchronized (this) {
            values = changes.applyTo(read);
        }
    }

    /** A client error, because any client without a session can cause it on an open WebSocket. */
    private static CompletionStage<Void> cookieTooLate() {
        return CompletableFuture.failedFuture(new ClientErrorException(
                400,
                "session: the client would need a new cookie, but the response headers have been sent"
                        + " (expected: a session that was created and rotated before, in a store on the server)"));
    }

    private void sendToken(String newToken) {
        cookie.set(scope, newToken);
        setToken(newToken);
    }

    private synchronized void setToken(@Nullable String newToken) {
        token = newToken;
    }

    private void deleted() {
        setToken(null);
        if (!CookieMiddleware.responseStarted(scope)) {
            cookie.delete(scope);
        }
    }

    /** Returns only the number of values, because the values may be secret. */
    @Override
    public synchronized String toString() {
        return "Session[" + values.size() + " values]";
    }
}
