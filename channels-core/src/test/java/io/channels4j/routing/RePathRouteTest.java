package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.rePath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RePathRouteTest {

    private final Recorder application = new Recorder();

    @Test
    void searchesAnywhereInThePath() {
        assertThat(finds(URLRouter.of(rePath("zzz", () -> application)), "/aaa/zzz/bbb"))
                .isTrue();
    }

    @Test
    void matchesOnlyTheStartIfAnchored() {
        URLRouter router = URLRouter.of(rePath("^zzz/", () -> application));

        assertThat(finds(router, "/zzz/bbb")).isTrue();
        assertThat(finds(router, "/aaa/zzz/")).isFalse();
    }

    @Test
    void matchesTheWholePathWhenItEndsWithADollarSign() {
        URLRouter router = URLRouter.of(rePath("ws/chat/(?P<room_name>\\w+)/$", () -> application));

        assertThat(finds(router, "/ws/chat/lobby/")).isTrue();
        assertThat(finds(router, "/x/ws/chat/lobby/")).isFalse();
    }

    @Test
    void dollarSignMatchesOnlyTheEndOfThePath() {
        assertThat(finds(URLRouter.of(rePath("^a(/$)", () -> application)), "/a/%0A"))
                .isFalse();
        assertThat(finds(URLRouter.of(rePath("^a/\\Z", () -> application)), "/a/%0A"))
                .isFalse();
        assertThat(finds(URLRouter.of(rePath("^a/\\Z", () -> application)), "/a/"))
                .isTrue();
    }

    @Test
    void capturesPositionalGroups() {
        assertThat(finds(URLRouter.of(rePath("^(\\d+)/(\\w+)/$", () -> application)), "/12/ab/"))
                .isTrue();

        assertThat(application.route().args()).isEqualTo(List.of("12", "ab"));
        assertThat(application.route().kwargs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"^ws/(?P<user_id>\\d+)/$", "^ws/(?<user_id>\\d+)/$"})
    void capturesNamedGroupsInBothNotationsAsStrings(String regex) {
        assertThat(finds(URLRouter.of(rePath(regex, () -> application)), "/ws/12/"))
                .isTrue();

        assertThat(application.route().args()).isEmpty();
        assertThat(application.route().kwargs()).isEqualTo(Map.of("user_id", "12"));
    }

    @Test
    void dropsPositionalGroupsBesideNamedOnes() {
        assertThat(finds(URLRouter.of(rePath("^(\\d+)/(?P<name>\\w+)/$", () -> application)), "/12/ab/"))
                .isTrue();

        assertThat(application.route().args()).isEmpty();
        assertThat(application.route().kwargs()).isEqualTo(Map.of("name", "ab"));
    }

    @Test
    void dropsPositionalGroupsIfTheNamedGroupDidNotParticipate() {
        assertThat(finds(URLRouter.of(rePath("^(\\d+)/(?P<name>[a-z]+)?$", () -> application)), "/12/"))
                .isTrue();

        assertThat(application.route().args()).isEmpty();
        assertThat(application.route().kwargs()).isEmpty();
    }

    @Test
    void keepsThePositionOfAGroupThatDidNotParticipate() {
        assertThat(finds(URLRouter.of(rePath("^(a)?(b)?(c)/$", () -> application)), "/ac/"))
                .isTrue();

        assertThat(application.route().args()).isEqualTo(List.of("a", "", "c"));
    }

    @Test
    void distinguishesSimilarNames() {
        URLRouter router =
                URLRouter.of(rePath("^(?P<user_id>\\d)(?P<userid>\\d)(?P<user_id_>\\d)$", () -> application));

        assertThat(finds(router, "/123")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("user_id", "1", "userid", "2", "user_id_", "3"));
    }

    @ParameterizedTest
    @CsvSource({
        "'^[(](?P<x>\\d)[)]$',        /(1)",
        "'^\\((?P<x>\\d)\\)$',        /(1)",
        "'^[]$(](?P<x>\\d)$',         /$1",
        "'^[^]a](?P<x>\\d)$',         /b1",
        "'^[[:](]+(?P<x>\\d)$',       /(1",
        "'^\\Q(?P<$\\E(?P<x>\\d)$',   /(%3FP%3C$1",
        "'^(?:a)(?:)(?P<x>\\d)$',     /a1",
        "'^(?i)A(?P<x>\\d)$',         /a1",
        "'^a\\$(?P<x>\\d)$',          /a$1",
    })
    void ignoresNonCapturingGroups(String regex, String target) {
        assertThat(finds(URLRouter.of(rePath(regex, () -> application)), target))
                .isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("x", "1"));
    }

    @Test
    void matchesLettersOfAllScripts() {
        assertThat(finds(
                        URLRouter.of(rePath("^(?P<room>\\w+)/$", () -> application)), "/caf%C3%A9_%E6%9D%B1%E4%BA%AC/"))
                .isTrue();

        assertThat(application.route().get("room")).isEqualTo("café_東京");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^/ws/$              | no slash behind ^; paths are matched without their leading slash",
                "^ws/(\\d+$          | a regular expression; Unclosed group",
                "^ws/[a$             | a regular expression; Unclosed character class",
                "^(?P<a>x)(?P<a>y)$  | unique group names, but \"a\" occurs twice",
                "^(?P<1a>x)$         | group names of letters, digits and underscores, not \"1a\"",
                "^(?<a b>x)$         | group names of letters, digits and underscores, not \"a b\"",
                "^(?P=a)(?P<a>x)$    | a back reference to a group before it, not to \"a\"",
                "^\\k<b>$            | a back reference to a group before it, not to \"b\"",
                "^(?P<a              | a > behind the group name at 5",
                "(?x) a # (b         | the inline flags i and s, not x",
                "^(?m)a              | the inline flags i and s, not m",
                "^(?-u)a             | the inline flags i and s, not -u",
                "^a{2}{3}            | one quantifier behind each part, not \"{3}\"",
                "^a{1001}            | at most 1000 repetitions, not 1001",
                "^(?:[ab]{50}){50}$  | at most 2000 states; use fewer or smaller repetition counts",
            })
    void rejectsAnInvalidExpression(String regex, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rePath(regex, () -> application))
                .withMessage("route: \"%s\" (expected: %s)", regex, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^(?P<q>[ab])x(?P=q)$ | no back reference",
                "^(?<q>[ab])x\\k<q>$  | no back reference",
                "^([ab])x\\1$         | no back reference",
                "^a(?=b)              | no lookahead (?=",
                "^a(?!b)              | no lookahead (?!",
                "^a(?<=a)b            | no lookbehind (?<=",
                "^a(?<!b)b            | no lookbehind (?<!",
                "^(?>a+)b             | no atomic group (?>",
                "^a++b                | no possessive quantifier ++",
                "^\\Xb                | no \\X",
            })
    @DisplayName("P7: what cannot be matched in linear time is rejected when the route is created")
    void rejectsWhatCannotBeMatchedInLinearTime(String regex, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rePath(regex, () -> application))
                .withMessageStartingWith("route: \"%s\" (expected: %s; matching must be linear", regex, expected);
    }

    @Test
    @DisplayName("P7: deep nesting is rejected when the route is created")
    void rejectsDeepNesting() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rePath("(".repeat(20_000) + ")".repeat(20_000), () -> application))
                .withMessageContaining("at most 100 nested groups and classes");
    }
}
