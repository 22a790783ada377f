package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.support.Chromium;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** Tests the page in a real browser, with the browser's own EventSource. */
@EnabledIf(
        value = "io.channels4j.support.Chromium#isInstalled",
        disabledReason = "chromium and chromedriver are not on the PATH: the browser tests are skipped")
class BrowserTest {

    private static ChromeDriver browser;

    private final History history = new History(100, InstantSource.system());
    private TickerServer server = TickerServer.start(0, history);

    @BeforeAll
    static void openBrowser() {
        browser = Chromium.start();
    }

    @AfterAll
    static void closeBrowser() {
        browser.quit();
    }

    @BeforeEach
    void openPage() {
        browser.get(server.address().toString());
        eventually(() -> assertThat(state()).isEqualTo("Connected"));
        eventually(() -> assertThat(server.watchers()).isEqualTo(1));
    }

    @AfterEach
    void stop() {
        browser.get("about:blank"); // otherwise the page reconnects during the next test
        server.close();
    }

    @Test
    void pricesArriveWithTheirIds() {
        server.publish("FERRY", 1_640);
        server.publish("LATHE", 12_350);
        server.publish("FERRY", 1_655);

        eventually(() -> assertThat(shownIds()).hasSize(3).isEqualTo(keptIds()));
        assertThat(rows()).containsExactly("FERRY 16.55 ▲ +0.15", "LATHE 123.50 0.00");
    }

    @Test
    void headlinesAreShownAsText() {
        server.announce("<b>FERRY</b> leads");

        eventually(() -> assertThat(text("#headline")).isEqualTo("<b>FERRY</b> leads"));
    }

    @Test
    void serverDetectsThatThePageWasLeft() {
        browser.get("about:blank");

        eventually(() -> assertThat(server.watchers()).isZero());
    }

    @Test
    void pageReconnectsAfterNavigatingBack() {
        server.publish("FERRY", 1_640);
        browser.get("about:blank");
        eventually(() -> assertThat(server.watchers()).isZero());

        browser.navigate().back();

        eventually(() -> assertThat(server.watchers()).isEqualTo(1));
        eventually(() -> assertThat(shownIds()).hasSize(1).isEqualTo(keptIds()));
    }

    @Test
    void restartLosesAndDuplicatesNothing() {
        server.publish("FERRY", 1_640);
        server.publish("FERRY", 1_641);
        eventually(() -> assertThat(shownIds()).hasSize(2).isEqualTo(keptIds()));

        int port = server.address().getPort();
        server.close();
        eventually(() -> assertThat(state()).startsWith("Offline"));
        history.add("FERRY", 1_642);
        history.add("FERRY", 1_643);
        server = TickerServer.start(port, history);
        eventually(() -> assertThat(state()).isEqualTo("Connected"));
        server.publish("FERRY", 1_644);

        eventually(() -> assertThat(shownIds()).hasSize(5).isEqualTo(keptIds()));
        assertThat(text("#replayed")).startsWith("2 prices"); // the browser requested exactly these events
    }

    private List<String> keptIds() {
        return history.latest().stream().map(tick -> Long.toString(tick.id())).toList();
    }

    /** Returns the ids of all received prices, oldest first. */
    private static List<String> shownIds() {
        return strings("return [...document.querySelectorAll('#log li')].map(line => line.dataset.id).reverse()");
    }

    private static List<String> rows() {
        return strings("return [...document.querySelectorAll('#prices tr')].map(row => ['.symbol', '.price',"
                + " '.change'].map(cell => row.querySelector(cell).textContent).join(' '))");
    }

    private static String state() {
        return text("#state");
    }

    private static String text(String selector) {
        return browser.findElement(By.cssSelector(selector)).getText();
    }

    @SuppressWarnings("unchecked") // a JavaScript array of strings
    private static List<String> strings(String script) {
        return (List<String>) browser.executeScript(script);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInSameThread().untilAsserted(assertion);
    }
}
