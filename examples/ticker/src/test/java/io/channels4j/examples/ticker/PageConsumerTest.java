package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageConsumerTest {

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/ticker.css, text/css; charset=utf-8",
        "/ticker.js, text/javascript; charset=utf-8",
        "/icon.svg, image/svg+xml"
    })
    void servesThePage(String path, String type) {
        Response response = request("GET", path);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().all("content-type")).containsExactly(type);
        assertThat(response.body()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/favicon.ico", "/..%2Flogback.xml", "/page/index.html", "/prices/"})
    void servesNothingElse(String path) {
        assertThat(request("GET", path).status()).isEqualTo(404);
    }

    @Test
    void rejectsPosts() {
        assertThat(request("POST", "/").status()).isEqualTo(405);
    }

    private static Response request(String method, String path) {
        History history = new History(1, InstantSource.system());
        try (HttpCommunicator peer = HttpCommunicator.builder(TickerServer.application(history), method, path)
                .build()) {
            return peer.getResponse();
        }
    }
}
