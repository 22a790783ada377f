package io.channels4j.examples.chat.two;

import static io.channels4j.examples.chat.ChatPage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.examples.chat.ChatPage;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Tests two users whose browsers are connected to different processes. */
@EnabledIf(
        value = "io.channels4j.support.Chromium#isInstalled",
        disabledReason = "chromium and chromedriver are not on the PATH: the browser tests are skipped")
class TwoServersBrowserTest {

    private static final int ONE = 0;
    private static final int TWO = 1;

    @TempDir
    static Path directory;

    @AutoClose
    private static TwoServers servers;

    @AutoClose
    private static ChatPage ada;

    @AutoClose
    private static ChatPage grace;

    @BeforeAll
    static void openBrowsers() {
        servers = TwoServers.start(Map.of("CHAT_DATA", directory.toString()), 0, 0);
        ada = ChatPage.open(servers.address(ONE), "Ada");
        grace = ChatPage.open(servers.address(TWO), "Grace");
    }

    @Test
    void messagesTravelBothWays() {
        meetIn("kitchen");

        ada.say("hello Grace");
        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: hello Grace"));

        grace.say("hello Ada");
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: hello Grace", "Grace: hello Ada"));
    }

    @Test
    void typingAndLeavingAreShown() {
        meetIn("pantry");

        grace.write("h");
        eventually(() -> assertThat(ada.typing()).isEqualTo("Grace is typing"));

        grace.enterAndConnect("cellar");
        eventually(() -> assertThat(ada.notices()).contains("Grace left"));
    }

    @Test
    void historyIsShownToNewMembers() {
        ada.enterAndConnect("garden");
        ada.say("before Grace came");
        eventually(() -> assertThat(ada.messages()).containsExactly("Ada: before Grace came"));

        grace.enterAndConnect("garden");

        eventually(() -> assertThat(grace.messages()).containsExactly("Ada: before Grace came"));
    }

    @Test
    void namesAreSharedByBothProcesses() {
        try (ChatPage hedy = ChatPage.open(servers.address(ONE), "Hedy")) {
            hedy.visit(servers.address(TWO));

            eventually(() -> assertThat(hedy.nick()).isEqualTo("Hedy"));
        }
    }

    @Test
    void otherProcessContinuesWhenOneIsKilled() {
        Map<String, String> data =
                Map.of("CHAT_DATA", directory.resolve("mortal").toString());
        try (TwoServers mortal = TwoServers.start(data, 0, 0);
                ChatPage hedy = ChatPage.open(mortal.address(ONE), "Hedy");
                ChatPage lise = ChatPage.open(mortal.address(TWO), "Lise")) {
            hedy.enterAndConnect("attic");
            lise.enterAndConnect("attic");
            hedy.say("final message");
            eventually(() -> assertThat(lise.messages()).containsExactly("Hedy: final message"));

            mortal.kill(ONE);

            eventually(() -> assertThat(hedy.state()).isEqualTo("Offline"));
            lise.say("Hedy?");
            eventually(() -> assertThat(lise.messages()).containsExactly("Hedy: final message", "Lise: Hedy?"));
            assertThat(lise.state()).isEqualTo("Connected");
        }
    }

    private static void meetIn(String room) {
        ada.enterAndConnect(room);
        grace.enterAndConnect(room);
        eventually(() -> assertThat(ada.notices()).contains("Grace came in"));
    }
}
