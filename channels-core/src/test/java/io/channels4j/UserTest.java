package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class UserTest {

    @Test
    void anonymousUserIsNotAuthenticated() {
        User anonymous = User.anonymous();

        assertThat(anonymous.id()).isEmpty();
        assertThat(anonymous.name()).isEqualTo("anonymous");
        assertThat(anonymous.authenticated()).isFalse();
        assertThat(anonymous.expiresAt()).isEmpty();
    }

    @Test
    void namedUserIsAuthenticatedWithoutExpiry() {
        User ada = User.of("1", "ada");

        assertThat(ada.id()).isEqualTo("1");
        assertThat(ada.name()).isEqualTo("ada");
        assertThat(ada.authenticated()).isTrue();
        assertThat(ada.expiresAt()).isEmpty();
    }

    @Test
    void authenticationMayExpire() {
        assertThat(User.of("1", "ada", Instant.EPOCH).expiresAt()).contains(Instant.EPOCH);
    }

    @Test
    void equalsComparesFacts() {
        assertThat(User.of("1", "ada")).isEqualTo(User.of("1", "ada")).isNotEqualTo(User.of("2", "ada"));
    }

    @Test
    void userOfApplicationIsAuthenticatedByDefault() {
        User own = new User() {
            @Override
            public String id() {
                return "7";
            }

            @Override
            public String name() {
                return "own";
            }
        };

        assertThat(own.authenticated()).isTrue();
        assertThat(own.expiresAt()).isEmpty();
    }

    @Test
    void rejectsEmptyId() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> User.of("", "ada"))
                .withMessage("user id: \"\" (expected: at least one character)");
    }
}
