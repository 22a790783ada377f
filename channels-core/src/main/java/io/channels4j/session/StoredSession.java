package io.channels4j.session;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.internal.Stages;
import io.channels4j.internal.StandardJson;
import io.channels4j.middleware.CookieMiddleware;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The session of one connection: the loaded values and the changes that are not saved yet.
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
final class StoredSession implements Session {

    private final SessionStore store;
    private final SessionCookie cookie;
    private final Scope scope;

    /** The fields below are guarded by this. */
    private final Map<String, JsonNode> values;

    /** Null for a session that was never saved. */
    private @Nullable String token;

    private Unsaved unsaved = Unsaved.NOTHING;
    private CompletionStage<Void> lastSave = Stages.done();

    /** The changes that the next save writes; each constant includes those before it. */
    private enum Unsaved {
        NOTHING,
        VALUES,
        ID
    }

    /** The content of one save; data is null for an empty session. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Snapshot(@Nullable String token, Unsaved changes, byte @Nullable [] data) {}

    StoredSession(
            SessionStore store,
            SessionCookie cookie,
            Scope scope,
            @Nullable String token,
            Map<String, JsonNode> values) {
        this.store = store;
        this.cookie = cookie;
        this.scope = scope;
        this.token = token;
        this.values = new LinkedHashMap<>(values);
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
            changed(!json.equals(values.put(name, json)), Unsaved.VALUES);
        }
    }

    @Override
    public synchronized void remove(String name) {
        changed(values.remove(name) != null, Unsaved.VALUES);
    }

    @Override
    public synchronized void clear() {
        changed(!values.isEmpty(), Unsaved.VALUES);
        values.clear();
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
        changed(token != null, Unsaved.ID);
    }

    /** Makes the next save write the session even if it has no changes, which extends its lifetime. */
    synchronized void touch() {
        changed(!values.isEmpty(), Unsaved.VALUES);
    }

    /** The only place that records changes. The caller holds the lock. */
    private void changed(boolean condition, Unsaved change) {
        if (condition && unsaved.compareTo(change) < 0) {
            unsaved = change;
        }
    }

    @Override
    public synchronized CompletionStage<Void> save() {
        CompletionStage<Void> saved = Stages.isDone(lastSave) || Stages.hasFailed(lastSave)
                ? saveNow()
                : lastSave.handle((nothing, failure) -> failure).thenCompose(ignored -> saveNow());
        lastSave = saved;
        return saved;
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
                : written.whenComplete(
                        (nothing, failure) -> restore(failure == null ? Unsaved.NOTHING : snapshot.changes()));
    }

    private synchronized @Nullable Snapshot snapshot() {
        if (unsaved == Unsaved.NOTHING) {
            return null;
        }
        byte[] data = values.isEmpty() ? null : StandardJson.MAPPER.writeValueAsBytes(values);
        Snapshot snapshot = new Snapshot(token, unsaved, data);
        unsaved = Unsaved.NOTHING;
        return snapshot;
    }

    private synchronized void restore(Unsaved changes) {
        changed(true, changes);
    }

    private CompletionStage<Void> write(Snapshot snapshot) {
        String old = snapshot.token();
        byte[] data = snapshot.data();
        if (data == null) {
            return old == null ? Stages.done() : store.delete(old).thenRun(this::deleted);
        }
        if (old == null || snapshot.changes() == Unsaved.ID) {
            return CookieMiddleware.responseStarted(scope) ? cookieTooLate() : create(data, old);
        }
        return store.update(old, data, cookie.lifetime()).thenCompose(now -> updated(old, now));
    }

    private CompletionStage<Void> create(byte[] data, @Nullable String old) {
        CompletionStage<Void> created = store.create(data, cookie.lifetime()).thenAccept(this::sendToken);
        return old == null ? created : created.thenCompose(nothing -> store.delete(old));
    }

    private CompletionStage<Void> updated(String old, Optional<String> now) {
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(new SessionGoneException());
        }
        if (CookieMiddleware.responseStarted(scope)) {
            return now.get().equals(old) ? Stages.done() : cookieTooLate();
        }
        sendToken(now.get());
        return Stages.done();
    }

    private static CompletionStage<Void> cookieTooLate() {
        return CompletableFuture.failedFuture(new ChannelsException(
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

    /** Returns only the number of values, since they may be secret. */
    @Override
    public synchronized String toString() {
        return "Session[" + values.size() + " values]";
    }
}
