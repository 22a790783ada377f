package io.channels4j.examples.chat;

import java.net.URI;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** One person's browser with the chat in it. Answers what is on the page now; who expects something waits for it. */
final class ChatPage implements AutoCloseable {

    private final ChromeDriver browser;

    private ChatPage(ChromeDriver browser) {
        this.browser = browser;
    }

    static ChatPage open(URI address, String nick) {
        ChatPage page = new ChatPage(Chromium.start());
        page.browser.get(address.toString());
        page.find("#rename").click();
        page.find("#nick").clear();
        page.find("#nick").sendKeys(nick, Keys.ENTER);
        return page;
    }

    void enter(String room) {
        find("#room-name").sendKeys(room, Keys.ENTER);
    }

    void write(String text) {
        find("#draft").sendKeys(text);
    }

    void say(String text) {
        find("#draft").sendKeys(text, Keys.ENTER);
    }

    void reload() {
        browser.navigate().refresh();
    }

    String draft() {
        return find("#draft").getDomProperty("value");
    }

    String room() {
        return text("#room-title");
    }

    /** Whether messages flow: "Connected", "Offline" and others. */
    String state() {
        return text("#room-state");
    }

    /** Who writes at the moment, empty for nobody. */
    String typing() {
        return text("#typing");
    }

    List<String> notices() {
        return texts("#log .notice", "return element.textContent");
    }

    /** All messages with their authors, as "Ada: hello". */
    List<String> messages() {
        return texts("#log .message", """
                const nick = element.querySelector(".bubble span").textContent;
                return nick + ": " + element.querySelector(".text").textContent;""");
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
