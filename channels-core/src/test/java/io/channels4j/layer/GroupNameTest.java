package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GroupNameTest {

    private static final Pattern DJANGO = Pattern.compile("[A-Za-z0-9._-]{1,99}");
    private static final int TRIALS = 100_000;

    /** Unescaped characters, separators, escaped characters, multi-byte characters and unpaired surrogates. */
    private static final List<String> CHARACTERS = List.of(
            "a", "2", "e", "_", "_", ".", ".", "-", " ", "!", "é", "€", "😀", "\ud83d", "\ude00", "\u0000", "?");

    @Test
    void keepsOrdinaryTextReadable() {
        // @start region="names"
        assertThat(GroupName.of("chat", "lobby")).isEqualTo("chat_lobby");
        assertThat(GroupName.of("chat", "lobby", "admins")).isEqualTo("chat_lobby_admins");
        assertThat(GroupName.of("chat", "Café 7")).isEqualTo("chat_Caf.c3.a9.207");
        // @end
    }

    @Test
    void keepsUuids() {
        assertThat(GroupName.of("user", "6f1c2f0e-8f5b-4c9e-9a52-0f0d3c2b1a00"))
                .isEqualTo("user_6f1c2f0e-8f5b-4c9e-9a52-0f0d3c2b1a00");
    }

    @Test
    void distinguishesPrefixFromParts() {
        assertThat(List.of(
                        GroupName.of("chat", "a_b"),
                        GroupName.of("chat_a", "b"),
                        GroupName.of("chat", "a", "b"),
                        GroupName.of("chat", "", "a_b"),
                        GroupName.of("chat_a_b", "")))
                .doesNotHaveDuplicates();
    }

    @Test
    void acceptsEmptyText() {
        assertThat(GroupName.of("", "")).isEqualTo("_");
        assertThat(GroupName.of("chat", "")).isEqualTo("chat_");
    }

    @Test
    void distinguishesUnpairedSurrogates() {
        assertThat(List.of(GroupName.of("a", "\ud83d"), GroupName.of("a", "\ude00"), GroupName.of("a", "?")))
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsNamesOfUpTo99Characters() {
        String longest = "x".repeat(94);

        assertThat(GroupName.of("chat", longest)).isEqualTo("chat_" + longest);
    }

    @Test
    void endsLongerNamesInHash() {
        String name = GroupName.of("chat", "x".repeat(95));

        assertThat(name).hasSize(99).startsWith("chat_xxx").matches(".*\\.\\.[0-9a-f]{64}");
        assertThat(GroupName.of("chat", "x".repeat(96))).isNotEqualTo(name);
    }

    @Test
    void cutsLongNamesBetweenEscapes() {
        for (int plain = 0; plain < 6; plain++) {
            String name = GroupName.of("chat", "x".repeat(plain) + "é".repeat(50));
            String kept = name.replaceFirst("\\.\\.[0-9a-f]{64}$", "");

            assertThat(kept).matches("chat_x{" + plain + "}(\\.c3|\\.a9)*");
        }
    }

    @Test
    void shortNamesNeverEqualHashedOnes() {
        String hashed = GroupName.of("chat", "x".repeat(95));

        assertThat(GroupName.of("chat", hashed.substring("chat_".length()))).isNotEqualTo(hashed);
        assertThat(GroupName.of(hashed, "")).isNotEqualTo(hashed);
    }

    @Test
    void everyTextYieldsItsOwnValidName() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, List<String>> argumentsByName = new HashMap<>();

        for (int i = 0; i < TRIALS; i++) {
            String prefix = text(random);
            String first = text(random);
            String[] more = more(random);
            String name = more.length == 0 ? GroupName.of(prefix, first) : GroupName.of(prefix, first, more);

            List<String> arguments = new ArrayList<>(List.of(prefix, first));
            arguments.addAll(List.of(more));
            List<String> other = argumentsByName.putIfAbsent(name, arguments);
            assertThat(name).as("seed %d, arguments %s", seed, arguments).matches(DJANGO);
            assertThat(other == null || other.equals(arguments))
                    .as("seed %d: %s of %s and %s", seed, name, arguments, other)
                    .isTrue();
        }
    }

    private static String[] more(Random random) {
        String[] parts = new String[random.nextInt(3)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = text(random);
        }
        return parts;
    }

    /**
     * Returns random text. It is usually short. Colliding names are then found quickly. Sometimes, it exceeds the
     * maximum length of a name.
     */
    private static String text(Random random) {
        int length = random.nextInt(20) == 0 ? random.nextInt(200) : random.nextInt(4);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
        }
        return text.toString();
    }
}
