package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TickerServerTest {

    @Test
    void endsStreamsBeforeItStops() throws Exception {
        TickerServer server = TickerServer.start(0, new History(1, InstantSource.system()));
        // over HTTP/2, the client of JDK 17 abandons its open responses when it receives GOAWAY
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve("prices"))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        try (Stream<String> stream = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);

            assertThat(stream)
                    .containsExactly(
                            ":", "", "event: hello", "retry: 500", "data: 0", ""); // throws if the connection broke
            closed.join();
        }
        assertThat(server.watchers()).isZero();
    }
}
