package io.channels4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseStatusTest {

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1011, 1014, 3000, 3999, 4000, 4999})
    void acceptsCodesThatAnEndpointMaySend(int code) {
        assertThat(CloseStatus.of(code)).isEqualTo(new CloseStatus(code, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000})
    void rejectsReservedCodes(int code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CloseStatus.of(code))
                .withMessage("close code: %d (expected: 1000-1003, 1007-1014 or 3000-4999)", code);
    }

    @Test
    void limitsTheReasonInBytes() {
        assertThat(CloseStatus.NORMAL.because("\u00e9".repeat(61)).reason()).hasSize(61);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> CloseStatus.NORMAL.because("\u00e9".repeat(62)))
                .withMessage("close reason: 124 bytes of UTF-8 (expected: at most 123)");
    }

    @Test
    void becauseKeepsTheCode() {
        assertThat(CloseStatus.GOING_AWAY.because("bye")).isEqualTo(new CloseStatus(1001, "bye"));
    }
}
