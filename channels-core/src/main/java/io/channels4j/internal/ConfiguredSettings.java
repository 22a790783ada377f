package io.channels4j.internal;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Applies configured values to an immutable settings value or a builder. Errors name the setting, its
 * value, its origin and what was expected.
 *
 * @param <T> the type of the settings
 */
public final class ConfiguredSettings<T> {

    private final Function<String, Optional<String>> values;
    private final Function<String, Optional<String>> origins;
    private final String prefix;
    private final Set<String> names;
    private T settings;

    private ConfiguredSettings(
            Function<String, Optional<String>> values,
            Function<String, Optional<String>> origins,
            String prefix,
            Set<String> names,
            T settings) {
        this.values = values;
        this.origins = origins;
        this.prefix = prefix;
        this.names = names;
        this.settings = settings;
    }

    /**
     * Starts with default settings.
     *
     * @param values returns the value of a setting
     * @param origins returns where a value comes from
     * @param prefix the start of all names, such as {@code channels.server.}
     */
    public static <T> ConfiguredSettings<T> of(
            Function<String, Optional<String>> values,
            Function<String, Optional<String>> origins,
            String prefix,
            T defaults) {
        return new ConfiguredSettings<>(values, origins, prefix, new LinkedHashSet<>(), defaults);
    }

    /** Applies a size in bytes that fits into a {@code long}. */
    public ConfiguredSettings<T> bytes(String name, BiFunction<T, Long, T> change) {
        return set(name, SettingText.BYTES, SettingText::bytes, change);
    }

    /** Applies a size in bytes that fits into an {@code int}. */
    public ConfiguredSettings<T> intBytes(String name, BiFunction<T, Integer, T> change) {
        return set(
                name,
                SettingText.BYTES + ", at most 2147483647",
                text -> Math.toIntExact(SettingText.bytes(text)),
                change);
    }

    /** Applies a whole number. */
    public ConfiguredSettings<T> number(String name, BiFunction<T, Integer, T> change) {
        return set(name, SettingText.NUMBER, SettingText::number, change);
    }

    /** Applies a whole number, or {@link Integer#MAX_VALUE} for {@code unlimited}. */
    public ConfiguredSettings<T> limit(String name, BiFunction<T, Integer, T> change) {
        return set(name, SettingText.LIMIT, SettingText::limit, change);
    }

    /** Applies a duration. */
    public ConfiguredSettings<T> duration(String name, BiFunction<T, Duration, T> change) {
        return set(name, SettingText.DURATION, SettingText::duration, change);
    }

    /** Applies {@code true} or {@code false}. */
    public ConfiguredSettings<T> flag(String name, BiFunction<T, Boolean, T> change) {
        return set(name, SettingText.FLAG, SettingText::flag, change);
    }

    /** Applies a constant of an enum. Its name is written in lower case with hyphens. */
    public <E extends Enum<E>> ConfiguredSettings<T> choice(String name, Class<E> type, BiFunction<T, E, T> change) {
        List<String> constants = Arrays.stream(type.getEnumConstants())
                .map(SettingText::constant)
                .toList();
        return set(name, "one of " + String.join(", ", constants), text -> SettingText.choice(type, text), change);
    }

    /** Applies a text. */
    public ConfiguredSettings<T> text(String name, BiFunction<T, String, T> change) {
        return set(name, "text", Function.identity(), change);
    }

    /** Applies texts that are separated by commas. */
    public ConfiguredSettings<T> texts(String name, BiFunction<T, List<String>, T> change) {
        return set(name, "texts separated by commas", SettingText::list, change);
    }

    /** Applies numbers by key, such as {@code chat_*=200, admin=50}, in this order. */
    public ConfiguredSettings<T> numbers(String name, NumberByKey<T> change) {
        return set(name, SettingText.NUMBERS, SettingText::numbers, (to, numbers) -> {
            T changed = to;
            for (Map.Entry<String, Integer> number : numbers.entrySet()) {
                changed = change.apply(changed, number.getKey(), number.getValue());
            }
            return changed;
        });
    }

    /** Adds a number with its key to settings. */
    @FunctionalInterface
    public interface NumberByKey<T> {

        /** Returns the changed settings. */
        T apply(T settings, String key, int number);
    }

    /** Applies a secret text. Messages do not quote it. The message of an exception of {@code change} must not either. */
    public ConfiguredSettings<T> secret(String name, BiFunction<T, String, T> change) {
        String full = prefix + name;
        names.add(full);
        values.apply(full).ifPresent(text -> {
            try {
                settings = change.apply(settings, text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "%s from %s: %s".formatted(full, origins.apply(full).orElse("nowhere"), e.getMessage()), e);
            }
        });
        return this;
    }

    /** Applies the settings of a nested group with the given defaults. */
    public <G> ConfiguredSettings<T> group(
            String name, G defaults, UnaryOperator<ConfiguredSettings<G>> apply, BiFunction<T, G, T> change) {
        ConfiguredSettings<G> group = new ConfiguredSettings<>(values, origins, prefix + name + ".", names, defaults);
        G configured = apply.apply(group).settings;
        try {
            settings = change.apply(settings, configured);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s%s: %s".formatted(prefix, name, e.getMessage()), e);
        }
        return this;
    }

    private <V> ConfiguredSettings<T> set(
            String name, String expected, Function<String, V> parse, BiFunction<T, V, T> change) {
        String full = prefix + name;
        names.add(full);
        values.apply(full).ifPresent(text -> {
            V value = parsed(full, text, expected, parse);
            try {
                settings = change.apply(settings, value);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("%s: %s".formatted(quoted(full, text), e.getMessage()), e);
            }
        });
        return this;
    }

    private <V> V parsed(String full, String text, String expected, Function<String, V> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("%s (expected: %s)".formatted(quoted(full, text), expected), e);
        }
    }

    private String quoted(String full, String text) {
        return "%s: \"%s\" from %s"
                .formatted(
                        full, SettingText.shortened(text), origins.apply(full).orElse("nowhere"));
    }

    /** Returns the settings with all configured values. */
    public T settings() {
        return settings;
    }

    /** Returns the full names of all settings that were looked up, in this order. */
    public Set<String> names() {
        return names;
    }
}
