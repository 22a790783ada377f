package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Configuration;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RedisConfigurationTest {

    private static final String URL = "redis://user:very-secret-password@localhost:1";
    private static final Pattern ROW =
            Pattern.compile("^\\| `(channels\\.redis\\.[a-z0-9.-]+)` \\| ([^|]*) \\|", Pattern.MULTILINE);

    @Test
    void manualListsEverySetting() throws IOException {
        Configuration configuration = Configuration.of(Map.of("channels.redis.urls", URL));
        RedisConfiguration redis = new RedisConfiguration(configuration);

        assertThat(manual().keySet()).containsExactlyInAnyOrderElementsOf(redis.allNames(redis.hosts()));
    }

    @Test
    void defaultsInManualAreTheDefaults() throws IOException {
        Map<String, String> defaults = new HashMap<>(Map.of("channels.redis.urls", URL));
        manual().forEach((name, value) -> {
            if (value.startsWith("`")) {
                defaults.put(name, value.replace("`", ""));
            }
        });

        assertThat(defaults).hasSizeGreaterThan(12);
        Configuration configuration = Configuration.of(defaults);
        assertThat(RedisChannelLayer.builder(configuration))
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*hosts.*")
                .isEqualTo(RedisChannelLayer.builder(URL));
        assertThat(RedisPubSubChannelLayer.builder(configuration))
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes(".*hosts.*")
                .isEqualTo(RedisPubSubChannelLayer.builder(URL));
    }

    @Test
    void bothLayersAcceptSettingsOfTheOther() {
        Configuration configuration = Configuration.of(Map.of(
                "channels.redis.urls", URL,
                "channels.redis.queue.partitions", "4",
                "channels.redis.pubsub.unanswered", "0",
                "channels.layer.capacity", "5"));

        assertThat(RedisChannelLayer.builder(configuration).settings().capacity())
                .isEqualTo(5);
        assertThat(RedisPubSubChannelLayer.builder(configuration).settings().capacity())
                .isEqualTo(5);
    }

    @Test
    void missingUrlAndUnknownNameAreErrors() {
        assertThatThrownBy(() -> RedisHosts.of(Configuration.of(Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("channels.redis.urls: missing");
        assertThatThrownBy(() -> RedisHosts.of(
                        Configuration.of(Map.of("channels.redis.urls", URL, "channels.redis.lease", "10s"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channels.redis.lease: unknown setting");
    }

    @Test
    void readsSeveralHostsAndClusters() {
        assertThat(RedisHosts.of(Configuration.of(Map.of("channels.redis.urls", "redis://a:1  redis://b:2")))
                        .hosts()
                        .uris())
                .extracting(RedisURI::getHost)
                .containsExactly("a", "b");
        assertThat(RedisHosts.of(Configuration.of(Map.of("channels.redis.urls", "redis-cluster://a:1,b:2")))
                        .hosts()
                        .uris())
                .extracting(RedisURI::getHost)
                .containsExactly("a", "b");
    }

    @Test
    void errorsNeverContainSecrets() {
        assertThatThrownBy(() -> RedisHosts.of(Configuration.ofEnvironment(
                        Map.of("CHANNELS_REDIS_URLS", "http://:very-secret-password@host:1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("channels.redis.urls from environment variable CHANNELS_REDIS_URLS: Redis URL")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("very-secret"));
        assertThatThrownBy(() -> RedisChannelLayer.builder(Configuration.of(
                        Map.of("channels.redis.urls", URL, "channels.redis.encryption-keys", "tooshort"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("channels.redis.encryption-keys from property channels.redis.encryption-keys")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("tooshort"));
    }

    @Test
    void portMustBeNumber() {
        assertThatThrownBy(() -> RedisHosts.of("redis://host:port"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis://host:port");
    }

    @Test
    void hostMayContainUnderscore() {
        RedisURI uri =
                RedisHosts.of("redis://:secret@redis_1:6380/3").hosts().uris().get(0);

        assertThat(uri.getHost()).isEqualTo("redis_1");
        assertThat(uri.getPort()).isEqualTo(6380);
        assertThat(uri.getDatabase()).isEqualTo(3);
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Map<String, String> manual() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "configuration.md")));
        while (row.find()) {
            rows.put(row.group(1), row.group(2).strip());
        }
        return rows;
    }
}
