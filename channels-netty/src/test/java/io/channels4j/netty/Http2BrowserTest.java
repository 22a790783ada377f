package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.support.Chromium;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** Tests that a real browser opens WebSockets on the HTTP/2 connection of its page. */
@EnabledIf(
        value = "io.channels4j.support.Chromium#isInstalled",
        disabledReason = "chromium and chromedriver are not on the PATH: nothing was tested with a real browser")
class Http2BrowserTest {

    private static TestCertificate certificate;
    private static ChromeDriver browser;

    private final BlockingQueue<Scope> scopes = new LinkedBlockingQueue<>();
    private final BlockingQueue<WebSocketDisconnect> ends = new LinkedBlockingQueue<>();
    private NettyServer server;

    @BeforeAll
    static void openBrowser(@TempDir Path files) {
        certificate = TestCertificate.create(files);
        browser = Chromium.start(
                "--ignore-certificate-errors",
                "--disable-features=BackForwardCache"); // the cache would keep WebSockets open after navigation
        browser.manage().timeouts().scriptTimeout(Duration.ofSeconds(20));
    }

    @AfterAll
    static void closeBrowser() {
        browser.quit();
    }

    /** Serves a page, and WebSockets that send their HTTP version and then echo every message. */
    @BeforeEach
    void openPage() {
        server = ServersWithoutLifespan.builder(Apps.script(any -> {
                    if (any.scope().type().equals("websocket")) {
                        echo(any);
                    } else {
                        any.respond(
                                200,
                                Headers.of("content-type", "text/html; charset=utf-8"),
                                "<!doctype html><title>page</title>");
                    }
                }))
                .port(0)
                .tls(certificate.forServers())
                .start();
        browser.get(server.url().toString());
    }

    private void echo(Apps.Conversation socket) {
        scopes.add(socket.scope());
        socket.next();
        socket.send(new WebSocketAccept(
                socket.scope().subprotocols().stream().findFirst().orElse(null), Headers.empty()));
        socket.send(WebSocketSend.text(socket.scope().httpVersion()));
        Event event = socket.next();
        for (; event instanceof WebSocketReceive message; event = socket.next()) {
            socket.send(WebSocketSend.text(message.text()));
        }
        ends.add((WebSocketDisconnect) event);
    }

    @AfterEach
    void stop() {
        browser.get("about:blank");
        server.close();
    }

    /** Runs a script that can use the WebSocket {@code ws} and must call {@code done}. */
    private static Object run(String script) {
        return browser.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "const ws = new WebSocket(location.href.replace('https', 'wss') + 'socket?x=1', ['chat']);"
                + "ws.onerror = () => done('error');" + script);
    }

    @Test
    void pageIsServedOverHttp2() {
        assertThat(browser.executeScript("return performance.getEntriesByType('navigation')[0].nextHopProtocol"))
                .isEqualTo("h2");
    }

    @Test
    @DisplayName("RFC 8441: a browser opens a WebSocket on its HTTP/2 connection")
    void webSocketIsOpenedOverHttp2() throws Exception {
        assertThat(run("ws.onmessage = event => done(event.data)")).isEqualTo("2");

        Scope scope = scopes.poll(10, TimeUnit.SECONDS);
        assertThat(scope.httpVersion()).isEqualTo("2");
        assertThat(scope.scheme()).isEqualTo("wss");
        assertThat(scope.path()).isEqualTo("/socket");
        assertThat(scope.queryString()).isEqualTo("x=1");
        assertThat(scope.headers().first("origin")).contains(server.url().toString());
        assertThat(scope.subprotocols()).containsExactly("chat");
    }

    @Test
    void negotiatesSubprotocolAndCompression() {
        assertThat(run("ws.onopen = () => done(ws.protocol + ' ' + ws.extensions)"))
                .asString()
                .startsWith("chat permessage-deflate");
    }

    @Test
    void messagesAreExchangedInBothDirections() {
        assertThat(run("const got = [];ws.onmessage = event => { got.push(event.data); if (got.length === 3)"
                        + " done(got.slice(1).map(s => s.length).join()) };ws.onopen = () => { ws.send('grüße');"
                        + " ws.send('x'.repeat(500000)) }"))
                .isEqualTo("5,500000");
    }

    @Test
    void reportsTheCloseCodeOfTheBrowser() throws Exception {
        run("ws.onopen = () => ws.close(4001, 'enough'); ws.onclose = event => done(event.wasClean)");
        WebSocketDisconnect end = ends.poll(10, TimeUnit.SECONDS);

        assertThat(end.code()).isEqualTo(4001);
        assertThat(end.reason()).isEqualTo("enough");
    }

    @Test
    void reportsDisconnectWhenThePageIsLeft() throws Exception {
        run("ws.onopen = () => done('open')");
        browser.get("about:blank");

        assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void browserReceivesServiceRestart() {
        run("window.ended = new Promise(resolve => ws.onclose = event => resolve(event.code)); ws.onopen = () =>"
                + " done('open')");
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

        assertThat(browser.executeAsyncScript("window.ended.then(arguments[arguments.length - 1])"))
                .isEqualTo(1012L);
        assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
    }
}
