package io.channels4j.examples.chat;

import static io.channels4j.examples.chat.ChatPage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Tests two users, each with a browser, in one room on a real server. Each test uses its own room. */
@EnabledIf(
        value = "io.channels4j.support.Chromium#isInstalled",
        disabledReason = "chromium and chromedriver are not on the PATH: the browser tests are skipped")
class BrowserTest {

    @TempDir
    static Path directory;

    @AutoClose
    private static ChatPage ada;

    @AutoClose
    private static ChatPage grace;

    @AutoClose
    private static ChatServer server;

    @BeforeAll
    static void openBrowsers() {
        server = startServer(0);
        ada = ChatPage.open(server.address(), "Ada");
        grace = ChatPage.open(server.address(), "Grace");
    }

    @BeforeEach
    void enterTheSameRoom(TestInfo test) {
        String room = test.getTestMethod().orElseThrow().getName();
        ada.enterAndConnect(room);
        grace.enterAndConnect(room);
        eventually(() -> assertThat(ada.notices()).contains("Grace came in"));
    }

    @Test
    void messagesTravelBothWays() {
        ada.say("hello Grace");
        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: hello Grace"));

        grace.say("<b>hello</b> Ada");
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: hello Grace", "Grace: <b>hello</b> Ada"));
    }

    @Test
    void historyIsShownAfterReload() {
        ada.say("one");
        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: one"));
        grace.say("two");
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: one", "Grace: two"));

        ada.reload();

        eventually(() -> assertThat(grace.notices()).contains("Ada left", "Ada came in"));
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: one", "Grace: two"));
    }

    @Test
    void typingIsShownToOthersOnly() {
        grace.write("h");
        eventually(() -> assertThat(ada.typing()).isEqualTo("Grace is typing"));

        ada.say("go on"); // arrives after Grace's own typing notice, if she sent one
        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: go on"));
        assertThat(grace.typing()).isEmpty();
    }

    @Test
    void draftsBelongToTheirRoom() {
        ada.write("not yet");

        ada.enterAndConnect("another room");
        ada.say("hello");
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: hello"));
        ada.enter("draftsBelongToTheirRoom");

        eventually(() -> assertThat(ada.draft()).isEqualTo("not yet"));
    }

    @Test
    void messagesThatCannotBeStoredAreReturned() {
        Jdbi database = Jdbi.create(database().url());
        database.useHandle(handle -> handle.execute("ALTER TABLE messages RENAME TO elsewhere"));
        try {
            ada.say("precious words");
            eventually(() -> assertThat(ada.draft()).isEqualTo("precious words"));
        } finally {
            database.useHandle(handle -> handle.execute("ALTER TABLE elsewhere RENAME TO messages"));
        }

        ada.say("");
        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: precious words"));
    }

    @Test
    void conversationsSurviveARestart() {
        ada.say("before");
        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: before"));

        int port = server.address().getPort();
        server.close();
        eventually(() -> assertThat(ada.state()).isEqualTo("Offline"));
        server = startServer(port);
        eventually(() -> assertThat(ada.state()).isEqualTo("Connected"));
        eventually(() -> assertThat(grace.state()).isEqualTo("Connected"));

        grace.say("after");
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: before", "Grace: after"));
    }

    private static ChatServer startServer(int port) {
        return ChatServer.start(port, database());
    }

    private static DatabaseAddress database() {
        return DatabaseAddress.inDirectory(directory.resolve("data"));
    }
}
