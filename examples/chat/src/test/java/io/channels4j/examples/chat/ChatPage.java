package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.support.Chromium;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** One person's browser with the chat in it. Answers what is on the page now; who expects something waits for it. */
public final class ChatPage implements AutoCloseable {

    private final ChromeDriver browser;

    private ChatPage(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Opens a browser of its own, and waits until its name is kept. */
    public static ChatPage open(URI address, String nick) {
        ChatPage page = new ChatPage(Chromium.start());
        page.visit(address);
        page.find("#rename").click();
        page.find("#nick").clear();
        page.find("#nick").sendKeys(nick, Keys.ENTER);
        eventually(() -> assertThat(page.nick()).isEqualTo(nick));
        return page;
    }

    /** Waits for what a browser and a server need some time for. */
    public static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInSameThread().untilAsserted(assertion);
    }

    /** Goes to the lobby of a server, and waits for the name under which it knows this browser. */
    public void visit(URI address) {
        browser.get(address.toString());
        eventually(() -> assertThat(nick()).isNotEmpty());
    }

    public String nick() {
        return text("#my-nick");
    }

    void enter(String room) {
        find("#room-name").sendKeys(room, Keys.ENTER);
    }

    /** Enters a room, and waits until everything that is said there comes here. */
    public void enterAndConnect(String room) {
        enter(room);
        eventually(() -> assertThat(room()).isEqualTo(room));
        eventually(() -> assertThat(state()).isEqualTo("Connected"));
        eventually(() -> assertThat(hasHistory()).isTrue());
    }

    /** Whether the room has begun, with what was said before or with the notice that this was nothing. */
    private boolean hasHistory() {
        return notices().contains("Nothing has been said here yet")
                || !messages().isEmpty();
    }

    public void write(String text) {
        find("#draft").sendKeys(text);
    }

    public void say(String text) {
        find("#draft").sendKeys(text, Keys.ENTER);
    }

    public void reload() {
        browser.navigate().refresh();
    }

    public String draft() {
        return find("#draft").getDomProperty("value");
    }

    public String room() {
        return text("#room-title");
    }

    /** Whether messages flow: "Connected", "Offline" and others. */
    public String state() {
        return text("#room-state");
    }

    /** Who writes at the moment, empty for nobody. */
    public String typing() {
        return text("#typing");
    }

    public List<String> notices() {
        return texts("#log .notice", "return element.textContent");
    }

    /** All messages with their authors, as "Ada: hello". */
    public List<String> messages() {
        return texts("#log .message", """
            const nick = element.querySelector(".bubble span").textContent;
            return nick + ": " + element.querySelector(".text").textContent;\
            """);
    }

    private WebElement find(String selector) {
        return browser.findElement(By.cssSelector(selector));
    }

    private String text(String selector) {
        return find(selector).getText();
    }

    /** Reads all elements in one step, so that none can vanish half-way. */
    @SuppressWarnings("unchecked") // a JavaScript array of strings
    private List<String> texts(String selector, String toText) {
        String script = "return [...document.querySelectorAll(arguments[0])].map(element => { %s })";
        return (List<String>) browser.executeScript(script.formatted(toText), selector);
    }

    @Override
    public void close() {
        browser.quit();
    }
}
