package io.channels4j.redis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class KeysTest {

    @Test
    void everyKeyStartsWithPrefixAndSeparator() {
        assertThat(Keys.of("asgi").name("group", "test_group")).isEqualTo("asgi:group:test_group");
        assertThat(Keys.of("test_prefix").name("group", "test_group")).isEqualTo("test_prefix:group:test_group");
        assertThat(Keys.of("asgi").tagged("3", "group", "test_group")).isEqualTo("asgi:{3}:group:test_group");
        assertThat(Keys.of("asgi").tagged("3", "leases")).isEqualTo("asgi:{3}:leases");
    }

    @Test
    void hashedNamesDependOnTheSecret() {
        String shown = Keys.hashed("asgi", "secret").shown("lobby");

        assertThat(shown)
                .matches("[0-9a-f]{32}")
                .isEqualTo(Keys.hashed("asgi", "secret").shown("lobby"));
        assertThat(Keys.hashed("asgi", "other secret").shown("lobby")).isNotEqualTo(shown);
    }

    @Test
    void patternOfAPrefixDoesNotMatchALongerOne() {
        String pattern = Keys.of("asgi").everyTagged();
        String start = pattern.substring(0, pattern.length() - 1);

        assertThat(Keys.of("asgi").tagged("3", "leases")).startsWith(start);
        assertThat(Keys.of("asgi2").tagged("3", "leases")).doesNotStartWith(start);
        assertThat(Keys.of("asgi:x").tagged("3", "leases")).doesNotStartWith(start);
    }

    @Test
    void rejectsPrefixWithGlobOrTagCharacters() {
        for (String bad : new String[] {"", "a*", "a?", "{a}", "a b", "[a]", "a\n", "\u00e4", "a".repeat(101)}) {
            assertThatThrownBy(() -> Keys.of(bad)).as(bad).hasMessageContaining("prefix: \"" + bad + "\"");
        }
    }
}
