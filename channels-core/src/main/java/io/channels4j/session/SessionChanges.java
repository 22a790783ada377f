package io.channels4j.session;

import io.channels4j.ChannelsException;
import io.channels4j.internal.StandardJson;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * The changes that one connection has made to a session since it was loaded. A store applies them to the data that is
 * currently stored. A long-lived connection therefore does not undo changes that other connections have saved.
 *
 * <p>Immutable.
 *
 * @param cleared whether all values were removed before the other changes
 * @param put the values that were added or replaced, by name
 * @param removed the names of the values that were removed
 */
public record SessionChanges(boolean cleared, Map<String, String> put, Set<String> removed) {

    private static final SessionChanges NONE = new SessionChanges(false, Map.of(), Set.of());
    private static final SessionChanges CLEARED = new SessionChanges(true, Map.of(), Set.of());
    private static final TypeReference<Map<String, JsonNode>> VALUES = new TypeReference<>() {};

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if a name is both in {@code put} and in {@code removed}
     */
    public SessionChanges {
        put = Map.copyOf(put);
        removed = Set.copyOf(removed);
        for (String name : removed) {
            if (put.containsKey(name)) {
                throw new IllegalArgumentException(
                        "session value %s: both put and removed (expected: one of them)".formatted(name));
            }
        }
    }

    /**
     * Returns an empty set of changes. Applying it extends the lifetime of a session.
     *
     * @return the empty changes
     */
    public static SessionChanges none() {
        return NONE;
    }

    /** Returns changes that remove all values. */
    static SessionChanges ofClear() {
        return CLEARED;
    }

    SessionChanges withPut(String name, JsonNode value) {
        return then(new SessionChanges(false, Map.of(name, StandardJson.MAPPER.writeValueAsString(value)), Set.of()));
    }

    SessionChanges withRemoved(String name) {
        return then(new SessionChanges(false, Map.of(), Set.of(name)));
    }

    /** Returns these changes followed by others. */
    SessionChanges then(SessionChanges later) {
        if (later.cleared) {
            return later;
        }
        Map<String, String> values = new LinkedHashMap<>(put);
        Set<String> names = new LinkedHashSet<>(removed);
        later.removed.forEach(name -> {
            values.remove(name);
            names.add(name);
        });
        later.put.forEach((name, value) -> {
            values.put(name, value);
            names.remove(name);
        });
        return new SessionChanges(cleared, values, names);
    }

    /**
     * Applies the changes to stored data.
     *
     * @param data the data, a JSON object
     * @return the changed data; {@code {}} if no values remain
     * @throws ChannelsException if the data is not a JSON object, or a value is not JSON
     */
    public byte[] applyTo(byte[] data) {
        return StandardJson.MAPPER.writeValueAsBytes(applyTo(cleared ? Map.of() : read(data)));
    }

    Map<String, JsonNode> applyTo(Map<String, JsonNode> values) {
        Map<String, JsonNode> changed = new LinkedHashMap<>(cleared ? Map.of() : values);
        changed.keySet().removeAll(removed);
        put.forEach((name, json) -> changed.put(name, readValue(name, json)));
        return changed;
    }

    private static JsonNode readValue(String name, String json) {
        try {
            return StandardJson.MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new ChannelsException("session value %s: not JSON".formatted(name), e);
        }
    }

    /** Reads stored data. */
    static Map<String, JsonNode> read(byte[] data) {
        try {
            return StandardJson.MAPPER.readValue(data, VALUES);
        } catch (JacksonException e) {
            throw new ChannelsException(
                    "session: %d bytes in the store (expected: a JSON object)".formatted(data.length), e);
        }
    }

    /** Returns only the names, because values may be secret. */
    @Override
    public String toString() {
        return "SessionChanges[cleared=" + cleared + ", put=" + put.keySet() + ", removed=" + removed + "]";
    }
}
