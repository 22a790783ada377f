package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebSocketEchoTest {

    @Test
    void echoesToTheJdksClient() throws Exception {
        try (NettyServer server =
                ServersWithoutLifespan.builder(Apps.echo()).port(0).start()) {
            CompletableFuture<String> echoed = new CompletableFuture<>();
            WebSocket client = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + server.localAddress().getPort() + "/"),
                            new WebSocket.Listener() {
                                @Override
                                public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                                    echoed.complete(text.toString());
                                    return CompletableFuture.completedStage(null);
                                }
                            })
                    .get(10, TimeUnit.SECONDS);

            client.sendText("héllo", true);

            assertThat(echoed.get(10, TimeUnit.SECONDS)).isEqualTo("héllo");
            client.abort();
        }
    }

    @Test
    void echoesEverySizeOfFrame() {
        try (NettyServer server =
                        ServersWithoutLifespan.builder(Apps.echo()).port(0).start();
                RawClient client = RawClient.open(server, "/")) {
            for (int size : new int[] {0, 1, 7, 8, 125, 126, 127, 65535, 65536, 1 << 20}) {
                byte[] bytes = new byte[size];
                new java.util.Random(size).nextBytes(bytes);

                client.binary(bytes);

                assertThat(client.frame().payload()).isEqualTo(bytes);
            }
        }
    }
}
