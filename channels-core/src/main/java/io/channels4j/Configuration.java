package io.channels4j;

import static java.util.Objects.requireNonNull;

import io.channels4j.internal.SettingNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of servers and layers as text, from a map, system properties or environment variables. Each value has an
 * origin, which errors name.
 *
 * {@snippet :
 * Configuration configuration = Configuration.ofSystemProperties().orElse(Configuration.ofEnvironment());
 * NettyServer.builder(application, configuration).start();
 * }
 *
 * <p>Names consist of lower-case words, such as {@code channels.server.limits.message-bytes}. An environment variable has
 * the same name in upper case, with underscores instead of periods and hyphens: {@code
 * CHANNELS_SERVER_LIMITS_MESSAGE_BYTES}. An empty value counts as absent.
 *
 * <p>Immutable.
 */
public final class Configuration {

    private final List<Source> sources;

    private Configuration(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    /**
     * Returns the settings in a map.
     *
     * @param values the values by name. The map is copied
     * @return the configuration
     */
    public static Configuration of(Map<String, String> values) {
        return new Configuration(List.of(new Source("property", false, values)));
    }

    /**
     * Returns the settings in the system properties of this JVM, as they are now.
     *
     * @return the configuration
     */
    public static Configuration ofSystemProperties() {
        Properties properties = System.getProperties();
        Map<String, String> values = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return new Configuration(List.of(new Source("system property", false, values)));
    }

    /**
     * Returns the settings in the environment variables of this process.
     *
     * @return the configuration
     */
    public static Configuration ofEnvironment() {
        return ofEnvironment(System.getenv());
    }

    /**
     * Returns the settings in environment variables that are given as a map.
     *
     * @param variables the values by variable name, such as {@code CHANNELS_SERVER_PORT}. The map is copied
     * @return the configuration
     */
    public static Configuration ofEnvironment(Map<String, String> variables) {
        return new Configuration(List.of(new Source("environment variable", true, variables)));
    }

    /**
     * Returns a configuration that looks up names here first, then in another one.
     *
     * @param fallback the configuration for names that are absent here
     * @return the combined configuration
     */
    public Configuration orElse(Configuration fallback) {
        List<Source> all = new ArrayList<>(sources);
        all.addAll(fallback.sources);
        return new Configuration(all);
    }

    /**
     * Returns a value.
     *
     * @param name the name, such as {@code channels.server.port}
     * @return the value without surrounding white space; empty if it is absent or blank
     */
    public Optional<String> get(String name) {
        return sources.stream().flatMap(source -> source.get(name).stream()).findFirst();
    }

    /**
     * Returns where a value comes from, for messages.
     *
     * @param name the name, such as {@code channels.server.port}
     * @return for example {@code environment variable CHANNELS_SERVER_PORT}; empty if the value is absent
     */
    public Optional<String> origin(String name) {
        return sources.stream()
                .filter(source -> source.get(name).isPresent())
                .map(source -> source.kind() + " " + source.key(name))
                .findFirst();
    }

    /**
     * Checks that all names with a prefix are known, so that a misspelt name is not ignored.
     *
     * @param prefix the start of the names to check, such as {@code channels.server.}
     * @param known the known names
     * @throws IllegalArgumentException if there is another name with this prefix. The message proposes a similar one
     */
    public void requireKnown(String prefix, Set<String> known) {
        for (Source source : sources) {
            source.requireKnown(prefix, known);
        }
    }

    private record Source(String kind, boolean environment, Map<String, String> values) {

        Source {
            requireNonNull(kind, "kind");
            values = Map.copyOf(values);
        }

        Optional<String> get(String name) {
            return Optional.ofNullable(values.get(key(name))).map(String::strip).filter(value -> !value.isEmpty());
        }

        String key(String name) {
            return environment ? SettingNames.variable(name) : name;
        }

        void requireKnown(String prefix, Set<String> known) {
            Set<String> keys = new TreeSet<>();
            known.forEach(name -> keys.add(key(name)));
            String start = key(prefix);
            for (String name : new TreeSet<>(values.keySet())) {
                if (name.startsWith(start) && !keys.contains(name)) {
                    throw new IllegalArgumentException("%s %s: unknown setting (expected: %s)"
                            .formatted(kind, name, SettingNames.similar(name, keys)));
                }
            }
        }
    }
}
