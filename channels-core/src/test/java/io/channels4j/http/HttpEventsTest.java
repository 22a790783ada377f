package io.channels4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Event;
import io.channels4j.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEventsTest {

    @Test
    void hasTheNamesOfTheSpecification() {
        assertThat(new Event[] {
                    new HttpRequest(new byte[0], false),
                    new HttpResponseStart(200, Headers.empty()),
                    new HttpResponseBody(new byte[0], false),
                    new HttpDisconnect()
                })
                .extracting(Event::type)
                .containsExactly("http.request", "http.response.start", "http.response.body", "http.disconnect");
    }

    @Test
    void disconnectCanHaveACause() {
        IllegalStateException failure = new IllegalStateException();

        assertThat(new HttpDisconnect().cause()).isEmpty();
        assertThat(new HttpDisconnect(failure).cause()).contains(failure);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 199, 600})
    void rejectsInterimStatuses(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HttpResponseStart(status, Headers.empty()))
                .withMessage("response status: %d (expected: 200-599)", status);
    }
}
