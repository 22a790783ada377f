package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A consumer receives a request body either whole, up to a limit, or in parts. */
class RequestBodyTest {

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final CountDownLatch started = new CountDownLatch(1);

    final class Echo extends AsyncHttpConsumer {

        @Override
        protected int maxBodyBytes() {
            return 10;
        }

        @Override
        protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
            started.countDown();
            return super.receiveBody(part, more);
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, new String(body, StandardCharsets.UTF_8));
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            seen.add(why.reason());
            return super.disconnect(why);
        }
    }

    static final class BlockingEcho extends HttpConsumer {

        @Override
        protected int maxBodyBytes() {
            return 10;
        }

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, new String(body, StandardCharsets.UTF_8));
        }
    }

    final class Upload extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
            seen.add(new String(part, StandardCharsets.UTF_8));
            return more ? gate : sendResponse(201, "stored");
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            throw new AssertionError("handle: called although receiveBody takes the parts");
        }
    }

    @Test
    void joinsPartsForHandle() {
        try (HttpCommunicator request = post(Consumer.application(Echo::new))) {
            request.sendBody(bytes("one"), true);
            request.sendBody(bytes("two"), true);
            request.sendBody(bytes("six!"), false);

            assertThat(request.getResponse().text()).isEqualTo("onetwosix!");
        }
    }

    @Test
    void joinsPartsForABlockingConsumer() {
        try (HttpCommunicator request = post(Consumer.application(BlockingEcho::new))) {
            request.sendBody(bytes("one"), true);
            request.sendBody(bytes("two"), false);

            assertThat(request.getResponse().text()).isEqualTo("onetwo");
        }
    }

    @Test
    void rejectsABodyOverTheLimitWith413WithoutCallingHandle() {
        try (HttpCommunicator request = post(Consumer.application(Echo::new))) {
            request.sendBody(bytes("twelve bytes"), false);

            assertThat(request.getResponse().status()).isEqualTo(413);
        }
        assertThat(seen).containsExactly("response complete");
    }

    @Test
    void rejectsPartsOverTheLimitWith413BeforeTheBodyIsComplete() {
        try (HttpCommunicator request = post(Consumer.application(Echo::new))) {
            request.sendBody(bytes("six of"), true);
            request.sendBody(bytes("eleven"), true);

            assertThat(request.getResponse().status()).isEqualTo(413);
        }
        assertThat(seen).containsExactly("response complete");
    }

    @Test
    void rejectsABodyOverTheLimitOfABlockingConsumerWith413() {
        try (HttpCommunicator request = post(Consumer.application(BlockingEcho::new))) {
            request.sendBody(bytes("twelve bytes"), false);

            assertThat(request.getResponse().status()).isEqualTo(413);
        }
    }

    @Test
    void deliversAPartWhenThePreviousOneHasBeenHandled() {
        try (HttpCommunicator request = post(Consumer.application(Upload::new))) {
            request.sendBody(bytes("one"), true);
            request.sendBody(bytes("two"), false);

            assertThat(request.receiveNothing()).isTrue();
            assertThat(seen).containsExactly("one");

            gate.complete(null);

            assertThat(request.getResponse().status()).isEqualTo(201);
            assertThat(seen).containsExactly("one", "two");
        }
    }

    @Test
    void disconnectsWhenThePeerLeavesBeforeItsBodyIsComplete() throws InterruptedException {
        HttpCommunicator request = post(Consumer.application(Echo::new));
        request.sendBody(bytes("one"), true);
        assertThat(started.await(1, TimeUnit.SECONDS)).isTrue();

        request.disconnect();

        assertThat(seen).containsExactly("the peer left");
    }

    private static HttpCommunicator post(Application application) {
        return HttpCommunicator.builder(application, "POST", "/upload").build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
