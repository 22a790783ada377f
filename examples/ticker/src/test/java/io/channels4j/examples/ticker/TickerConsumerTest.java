package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickerConsumerTest {

    private static final Instant START = Instant.ofEpochMilli(1_000);

    private final History history = new History(3, InstantSource.fixed(START));

    @Test
    void startsWithTheHistory() {
        history.add("FERRY", 1_640);
        history.add("LATHE", 12_350);

        try (HttpCommunicator browser = browser().build()) {
            assertThat(begin(browser)).isEqualTo(hello(2));
            assertThat(next(browser)).isEqualTo(tick(1_000, "FERRY", 1_640));
            assertThat(next(browser)).isEqualTo(tick(1_001, "LATHE", 12_350));
            assertThat(browser.receiveNothing()).isTrue();
        }
    }

    @Test
    void resumesAfterTheLastReceivedEvent() {
        history.add("FERRY", 1_640);
        history.add("FERRY", 1_641);

        try (HttpCommunicator browser =
                browser().header("Last-Event-ID", "1000").build()) {
            assertThat(begin(browser)).isEqualTo(hello(1));
            assertThat(next(browser)).isEqualTo(tick(1_001, "FERRY", 1_641));
            assertThat(browser.receiveNothing()).isTrue();
        }
    }

    @Test
    void resumesWithTheOldestStoredPriceAfterALongAbsence() {
        for (int cents = 1; cents <= 5; cents++) {
            history.add("FERRY", cents);
        }

        try (HttpCommunicator browser =
                browser().header("Last-Event-ID", "1000").build()) {
            assertThat(begin(browser)).isEqualTo(hello(3));
            assertThat(next(browser)).isEqualTo(tick(1_002, "FERRY", 3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1001", "999999999999999999", "-1", "yesterday", "12345678901234567890"})
    void startsOverAfterUnknownIds(String id) {
        history.add("FERRY", 1_640);

        try (HttpCommunicator browser = browser().header("Last-Event-ID", id).build()) {
            assertThat(begin(browser)).isEqualTo(hello(1));
            assertThat(next(browser)).isEqualTo(tick(1_000, "FERRY", 1_640));
        }
    }

    @Test
    void sendsNewPrices() {
        try (HttpCommunicator browser = listening()) {
            tell(browser, TickerConsumer.tick(history.add("FERRY", 1_640)));

            assertThat(next(browser)).isEqualTo(tick(1_000, "FERRY", 1_640));
        }
    }

    @Test
    void sendsNoPriceTwice() {
        Tick kept = history.add("FERRY", 1_640);
        try (HttpCommunicator browser = listening()) {
            assertThat(next(browser)).isEqualTo(tick(1_000, "FERRY", 1_640));

            tell(browser, TickerConsumer.tick(kept)); // as if it had been sent while the browser was joining the group
            tell(browser, TickerConsumer.tick(history.add("FERRY", 1_641)));

            assertThat(next(browser)).isEqualTo(tick(1_001, "FERRY", 1_641));
        }
    }

    @Test
    void forwardsHeadlinesUnchanged() {
        try (HttpCommunicator browser = listening()) {
            tell(browser, Broadcast.text("FERRY leads the market"));

            assertThat(next(browser)).isEqualTo("data: FERRY leads the market\n\n");
        }
    }

    @Test
    void endsWhenTheServerStops() {
        try (HttpCommunicator browser = listening()) {
            tell(browser, TickerConsumer.end());

            assertThat(browser.receivePart()).isEmpty();
            assertThat(browser.complete()).isTrue();
        }
    }

    private HttpCommunicator listening() {
        HttpCommunicator browser = browser().build();
        assertThat(begin(browser)).startsWith("event: hello\n");
        return browser;
    }

    private HttpCommunicator.Builder browser() {
        return HttpCommunicator.builder(TickerServer.application(history), "GET", "/prices");
    }

    private static void tell(HttpCommunicator browser, Message message) {
        browser.channelLayer().groupSend(TickerConsumer.GROUP, message);
    }

    /** Receives the initial comment, then returns the first event. */
    private static String begin(HttpCommunicator browser) {
        assertThat(next(browser)).isEqualTo(":\n\n");
        return next(browser);
    }

    private static String next(HttpCommunicator browser) {
        return new String(browser.receivePart(), StandardCharsets.UTF_8);
    }

    private static String hello(int missed) {
        return "event: hello\nretry: 500\ndata: %d\n\n".formatted(missed);
    }

    private static String tick(long id, String symbol, long cents) {
        return """
            id: %d
            event: tick
            data: {"id":%d,"symbol":"%s","cents":%d,"at":"1970-01-01T00:00:01Z"}

            """.formatted(id, id, symbol, cents);
    }
}
