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

/** The session of one connection, as it was loaded and with its changes. */
final class StoredSession implements Session {

    private final SessionStore store;
    private final SessionCookie cookie;
    private final Scope scope;

    /** All below is guarded by this. */
    private final Map<String, JsonNode> values;

    private @Nullable String token;
    private boolean modified;
    private boolean rotated;
    private CompletionStage<Void> lastSave = Stages.done();

    /** What is saved at once: a token of null was never saved, data of null is an empty session. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Snapshot(@Nullable String token, boolean rotated, byte @Nullable [] data) {}

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
            modified |= !json.equals(values.put(name, json));
        }
    }

    @Override
    public synchronized void remove(String name) {
        modified |= values.remove(name) != null;
    }

    @Override
    public synchronized void clear() {
        modified |= !values.isEmpty();
        values.clear();
    }

    @Override
    public synchronized boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public synchronized boolean modified() {
        return modified;
    }

    @Override
    public synchronized void rotateId() {
        if (token != null) {
            modified = true;
            rotated = true;
        }
    }

    /** Makes the next save write a session that has no changes, so that it lives on. */
    synchronized void touch() {
        modified |= !values.isEmpty();
    }

    @Override
    public synchronized CompletionStage<Void> save() {
        CompletionStage<Void> saved = Stages.isDone(lastSave) || Stages.hasFailed(lastSave)
                ? saveNow()
                : lastSave.handle((nothing, failure) -> failure).thenCompose(before -> saveNow());
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
                : written.whenComplete((nothing, failure) -> restore(failure == null ? null : snapshot));
    }

    private synchronized @Nullable Snapshot snapshot() {
        if (!modified) {
            return null;
        }
        byte[] data = values.isEmpty() ? null : StandardJson.MAPPER.writeValueAsBytes(values);
        Snapshot snapshot = new Snapshot(token, rotated, data);
        modified = false;
        rotated = false;
        return snapshot;
    }

    private synchronized void restore(@Nullable Snapshot unsaved) {
        if (unsaved != null) {
            modified = true;
            rotated |= unsaved.rotated();
        }
    }

    private CompletionStage<Void> write(Snapshot snapshot) {
        String old = snapshot.token();
        byte[] data = snapshot.data();
        if (data == null) {
            return old == null ? Stages.done() : store.delete(old).thenRun(this::deleted);
        }
        if (old == null || snapshot.rotated()) {
            return CookieMiddleware.responseStarted(scope) ? cannotTell() : create(data, old);
        }
        return store.update(old, data, cookie.lifetime()).thenCompose(now -> updated(old, now));
    }

    private CompletionStage<Void> create(byte[] data, @Nullable String old) {
        CompletionStage<Void> created = store.create(data, cookie.lifetime()).thenAccept(this::tell);
        return old == null ? created : created.thenCompose(nothing -> store.delete(old));
    }

    private CompletionStage<Void> updated(String old, Optional<String> now) {
        if (now.isEmpty()) {
            return CompletableFuture.failedFuture(new SessionGoneException());
        }
        if (CookieMiddleware.responseStarted(scope)) {
            return now.get().equals(old) ? Stages.done() : cannotTell();
        }
        tell(now.get());
        return Stages.done();
    }

    private static CompletionStage<Void> cannotTell() {
        return CompletableFuture.failedFuture(new ChannelsException(
                "session: the client would need a new cookie, but the headers of the response have been sent"
                        + " (expected: a session that was begun, and its id rotated, before; kept on the"
                        + " server)"));
    }

    private void tell(String newToken) {
        cookie.set(scope, newToken);
        knownAs(newToken);
    }

    private synchronized void knownAs(@Nullable String newToken) {
        token = newToken;
    }

    private void deleted() {
        knownAs(null);
        if (!CookieMiddleware.responseStarted(scope)) {
            cookie.delete(scope);
        }
    }

    /** Returns how many values there are: they may be secrets. */
    @Override
    public synchronized String toString() {
        return "Session[" + values.size() + " values]";
    }
}
