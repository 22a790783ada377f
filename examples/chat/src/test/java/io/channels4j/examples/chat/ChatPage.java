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

/**
 * One user's browser with the chat open. Accessors return the current content of the page. Tests wait for the expected
 * content.
 */
public final class ChatPage implements AutoCloseable {

    private final ChromeDriver browser;

    private ChatPage(ChromeDriver browser) {
        this.browser = browser;
    }

    /** Opens a browser, sets the user's name, and waits until the page shows it. */
    public static ChatPage open(URI address, String nick) {
        ChatPage page = new ChatPage(Chromium.start());
        page.visit(address);
        page.find("#rename").click();
        page.find("#nick").clear();
        page.find("#nick").sendKeys(nick, Keys.ENTER);
        eventually(() -> assertThat(page.nick()).isEqualTo(nick));
        return page;
    }

    /** Waits for an effect that involves the browser and the server. */
    public static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInSameThread().untilAsserted(assertion);
    }

    /** Opens the lobby of a server, and waits until the page shows a name. */
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

    /** Enters a room, and waits until its messages arrive. */
    public void enterAndConnect(String room) {
        enter(room);
        eventually(() -> assertThat(room()).isEqualTo(room));
        eventually(() -> assertThat(state()).isEqualTo("Connected"));
        eventually(() -> assertThat(hasHistory()).isTrue());
    }

    /** Returns whether the room shows its history or the notice that it has none. */
    private boolean hasHistory() {
        return notices().contains("No messages yet") || !messages().isEmpty();
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

    /** Returns the connection state, such as "Connected" or "Offline". */
    public String state() {
        return text("#room-state");
    }

    /** Returns the typing notice, or an empty string. */
    public String typing() {
        return text("#typing");
    }

    public List<String> notices() {
        return texts("#log .notice", "return element.textContent");
    }

    /** Returns all messages with their authors, such as "Ada: hello". */
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

    /** Reads all elements in one script, so that none can disappear while they are read. */
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
