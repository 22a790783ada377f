package io.channels4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.BiConsumer;

/**
 * Header fields in their original order, including duplicates. Names are case-insensitive and stored in lower case.
 *
 * <p>Immutable. Names are tokens (RFC 9110 §5.1). Values contain no character above U+00FF and no control character
 * except the tab (§5.5), so a field cannot inject a line break.
 */
public final class Headers {

    private static final Headers EMPTY = new Headers(new String[0]);

    /** Alternating names and values. A single array saves memory, because every idle connection retains its headers. */
    private final String[] fields;

    private Headers(String[] fields) {
        this.fields = fields;
    }

    /**
     * Returns headers without fields.
     *
     * @return the empty headers
     */
    public static Headers empty() {
        return EMPTY;
    }

    /**
     * Returns headers from alternating names and values.
     *
     * @param namesAndValues a name, its value, the next name and so on
     * @return the headers
     * @throws IllegalArgumentException if the last value is missing, a name is not a token, or a value contains a
     *     forbidden character
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "headers: %d strings (expected: a value for every name)".formatted(namesAndValues.length));
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /**
     * Returns a builder without fields.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the value of the first field with the given name.
     *
     * @param name the name, case-insensitive
     * @return the value, or empty if there is no such field
     */
    public Optional<String> first(String name) {
        int i = indexOf(name, 0);
        return i < 0 ? Optional.empty() : Optional.of(fields[i + 1]);
    }

    /**
     * Returns the values of all fields with the given name, in order.
     *
     * @param name the name, case-insensitive
     * @return the values; empty if there is no such field
     */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 2)) {
            values.add(fields[i + 1]);
        }
        return List.copyOf(values);
    }

    /**
     * Returns true if there is a field with the given name.
     *
     * @param name the name, case-insensitive
     * @return true if there is at least one such field
     */
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    /**
     * Returns the number of fields, including duplicates.
     *
     * @return the number of fields
     */
    public int size() {
        return fields.length / 2;
    }

    /**
     * Calls an action for each field, in order.
     *
     * @param action the action, called with the field's lower-case name and its value
     */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < fields.length; i += 2) {
            action.accept(fields[i], fields[i + 1]);
        }
    }

    /**
     * Returns a copy of these headers with one more field at the end. Fields with the same name are kept. To replace
     * them, use {@link Builder#set}.
     *
     * @param name the name
     * @param value the value
     * @return the new headers
     * @throws IllegalArgumentException if the name is not a token, or the value contains a character above U+00FF or a control
     *     character other than the tab
     */
    public Headers with(String name, String value) {
        return toBuilder().add(name, value).build();
    }

    /**
     * Returns a builder that contains these fields.
     *
     * @return the builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.fields.addAll(Arrays.asList(fields));
        return builder;
    }

    private int indexOf(String name, int from) {
        for (int i = from; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && Arrays.equals(fields, that.fields);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(fields);
    }

    /** Returns only the names of the fields, because values may be secret. */
    @Override
    public String toString() {
        StringJoiner names = new StringJoiner(", ", "Headers[", "]");
        forEach((name, value) -> names.add(name));
        return names.toString();
    }

    /** Builds headers. Not thread-safe. */
    public static final class Builder {

        private final List<String> fields = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a field at the end. Fields with the same name are kept.
         *
         * @param name the name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the name is not a token, or the value contains a character above U+00FF or a
         *     control character other than the tab
         */
        public Builder add(String name, String value) {
            fields.add(FieldSyntax.requireName(name).toLowerCase(Locale.ROOT));
            fields.add(FieldSyntax.requireValue(name, value));
            return this;
        }

        /**
         * Removes all fields with the given name and adds one field at the end.
         *
         * @param name the name
         * @param value the value
         * @return this builder
         * @throws IllegalArgumentException if the name is not a token, or the value contains a character above U+00FF or a
         *     control character other than the tab
         */
        public Builder set(String name, String value) {
            remove(name);
            return add(name, value);
        }

        /**
         * Removes all fields with the given name.
         *
         * @param name the name, case-insensitive
         * @return this builder
         */
        public Builder remove(String name) {
            for (int i = fields.size() - 2; i >= 0; i -= 2) {
                if (fields.get(i).equalsIgnoreCase(name)) {
                    fields.subList(i, i + 2).clear();
                }
            }
            return this;
        }

        /**
         * Adds all fields of other headers at the end.
         *
         * @param headers the headers
         * @return this builder
         */
        public Builder addAll(Headers headers) {
            fields.addAll(Arrays.asList(headers.fields));
            return this;
        }

        /**
         * Returns headers with the fields added so far.
         *
         * @return the headers
         */
        public Headers build() {
            return fields.isEmpty() ? EMPTY : new Headers(fields.toArray(String[]::new));
        }
    }
}
