package io.channels4j.examples.chat.two;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.testing.LiveWebsocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tests two real server processes with one client each. Each test uses its own room. */
class TwoServersTest {

    private static final int ONE = 0;
    private static final int TWO = 1;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    @AutoClose
    private static TwoServers servers;

    private String room;

    @BeforeAll
    static void startServers() {
        servers = startServers("shared");
    }

    @BeforeEach
    void chooseRoom(TestInfo test) {
        room = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void messagesTravelBothWays() {
        try (LiveWebsocket ada = enter(servers, ONE, "Ada");
                LiveWebsocket grace = enter(servers, TWO, "Grace")) {
            assertThat(next(ada, "joined").at("/nick").stringValue()).isEqualTo("Grace");

            say(ada, "hello Grace");
            assertThat(text(next(grace, "said"))).isEqualTo("hello Grace");
            assertThat(text(next(ada, "said"))).isEqualTo("hello Grace");

            say(grace, "hello Ada");
            assertThat(text(next(ada, "said"))).isEqualTo("hello Ada");
        }
    }

    @Test
    void historyIsShownToNewMembersOfTheOtherProcess() {
        try (LiveWebsocket ada = enter(servers, ONE, "Ada")) {
            say(ada, "before Grace came");
            next(ada, "said");

            try (LiveWebsocket grace = connect(servers, TWO, roomPath("Grace"))) {
                assertThat(next(grace, "history").at("/0/text").stringValue()).isEqualTo("before Grace came");
            }
        }
    }

    @Test
    void announcesWhoLeftTheOtherProcess() {
        try (LiveWebsocket ada = enter(servers, ONE, "Ada")) {
            LiveWebsocket grace = enter(servers, TWO, "Grace");
            next(ada, "joined");

            grace.disconnect();

            assertThat(next(ada, "left").at("/nick").stringValue()).isEqualTo("Grace");
        }
    }

    @Test
    void lobbyShowsActivityOfTheOtherProcess() {
        try (LiveWebsocket lobby = connect(servers, TWO, "ws/lobby/");
                LiveWebsocket ada = enter(servers, ONE, "Ada")) {
            next(lobby, "rooms");

            say(ada, "hello");

            assertThat(next(lobby, "active").at("/room").stringValue()).isEqualTo(room);
        }
    }

    @Test
    void namesAreSharedBetweenProcesses() throws IOException, InterruptedException {
        HttpRequest put = HttpRequest.newBuilder(servers.address(ONE).resolve("nick"))
                .PUT(BodyPublishers.ofString("Ada"))
                .build();
        HttpResponse<String> kept = HTTP.send(put, BodyHandlers.ofString());
        String cookie = kept.headers().firstValue("set-cookie").orElseThrow().replaceFirst(";.*", "");

        HttpRequest get = HttpRequest.newBuilder(servers.address(TWO).resolve("nick"))
                .header("Cookie", cookie)
                .build();

        assertThat(HTTP.send(get, BodyHandlers.ofString()).body()).isEqualTo("Ada");
    }

    @Test
    void otherProcessContinuesWhenOneIsKilled() {
        try (TwoServers mortal = startServers("mortal");
                LiveWebsocket ada = enter(mortal, ONE, "Ada");
                LiveWebsocket grace = enter(mortal, TWO, "Grace")) {
            say(ada, "last words");
            next(grace, "said");

            mortal.kill(ONE);

            say(grace, "Ada?");
            assertThat(text(next(grace, "said"))).isEqualTo("Ada?");
            try (LiveWebsocket hedy = connect(mortal, TWO, roomPath("Hedy"))) {
                assertThat(next(hedy, "history").findValuesAsString("text")).containsExactly("last words", "Ada?");
                next(grace, "joined");

                say(hedy, "I am here");
                assertThat(text(next(grace, "said"))).isEqualTo("I am here");
            }
        }
    }

    private static TwoServers startServers(String data) {
        return TwoServers.start(Map.of("CHAT_DATA", directory.resolve(data).toString()), 0, 0);
    }

    private LiveWebsocket enter(TwoServers at, int process, String nick) {
        LiveWebsocket peer = connect(at, process, roomPath(nick));
        next(peer, "history");
        return peer;
    }

    private String roomPath(String nick) {
        return "ws/rooms/%s/?nick=%s".formatted(room, nick);
    }

    private static LiveWebsocket connect(TwoServers at, int process, String path) {
        URI page = at.address(process);
        LiveWebsocket peer = LiveWebsocket.builder(URI.create("ws://" + page.getAuthority() + "/" + path))
                .header("Origin", "http://" + page.getAuthority())
                .timeout(Duration.ofSeconds(20))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private static void say(LiveWebsocket peer, String text) {
        peer.sendJsonTo(Map.of("type", "message", "text", text));
    }

    /** Receives the next message, verifies its type, and returns its data. */
    private static JsonNode next(LiveWebsocket peer, String type) {
        JsonNode message = peer.receiveJsonFrom();
        assertThat(message.path("type").stringValue()).isEqualTo(type);
        return message.path("data");
    }

    private static String text(JsonNode said) {
        return said.path("text").stringValue();
    }
}
