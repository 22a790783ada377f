package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Disconnect;
import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.HttpCommunicator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Tests a request that stays open until a channel-layer message arrives. Django Channels has a similar long-poll
 * example.
 */
class LongPollingTest {

    private static final byte[] NOTHING = new byte[0];

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Disconnect> ends = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    class Poll extends AsyncHttpConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("news");
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            seen.add("handle");
            return CompletableFuture.completedFuture(null);
        }

        @Handles("news.story")
        CompletionStage<Void> story(Message story) {
            return sendResponse(200, story.getString("text"));
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            seen.add("disconnect with %d groups".formatted(layer.groupCount()));
            ends.add(why);
            return super.disconnect(why);
        }
    }

    /** Sends one part of the body per message. */
    class Stream extends Poll {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            seen.add("handle");
            return sendHeaders(200, Headers.of("content-type", "text/plain"));
        }

        @Handles("news.part")
        CompletionStage<Void> part(Message part) {
            return sendBody(part.getString("text").getBytes(StandardCharsets.UTF_8), part.getBoolean("more"));
        }
    }

    class BlockingPoll extends HttpConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("news");
        }

        @Override
        protected void handle(byte[] body) {
            seen.add("handle");
        }

        @Handles("news.story")
        void story(Message story) {
            sendResponse(200, story.getString("text"));
        }

        @Override
        protected void disconnect(Disconnect why) {
            ends.add(why);
        }
    }

    @Test
    void respondsWhenAMessageArrives() {
        try (HttpCommunicator poll = open(Poll::new)) {
            assertThat(poll.receiveNothing()).isTrue();

            layer.groupSend("news", Message.of("news.story").with("text", "Rain"));

            assertThat(poll.getResponse().text()).isEqualTo("Rain");
        }
    }

    @Test
    void blockingConsumerRespondsWhenAMessageArrives() {
        try (HttpCommunicator poll = open(BlockingPoll::new)) {
            layer.groupSend("news", Message.of("news.story").with("text", "Rain"));

            assertThat(poll.getResponse().text()).isEqualTo("Rain");
        }
        assertThat(ends).singleElement().extracting(Disconnect::reason).isEqualTo("response complete");
    }

    @Test
    @DisplayName("P2: disconnects once after the response and leaves the groups first")
    void disconnectsOnceAfterTheResponse() {
        try (HttpCommunicator poll = open(Poll::new)) {
            layer.groupSend("news", Message.of("news.story").with("text", "Rain"));
            layer.groupSend("news", Message.of("news.story").with("text", "Sun"));
            assertThat(poll.getResponse().text()).isEqualTo("Rain");
        }
        assertThat(seen).containsExactly("handle", "disconnect with 0 groups");
        assertThat(ends).containsExactly(Disconnect.of("response complete"));
    }

    @Test
    @DisplayName("P2: disconnects once when the peer leaves an open request and leaves the groups first")
    void disconnectsOnceWhenThePeerLeaves() {
        HttpCommunicator poll = open(Poll::new);

        poll.disconnect();

        assertThat(seen).containsExactly("handle", "disconnect with 0 groups");
        assertThat(ends).containsExactly(Disconnect.of("the peer left"));
    }

    @Test
    void notifiesAnAsynchronousHandlerWhenThePeerLeaves() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        HttpCommunicator request = open(() -> new Poll() {
            @Override
            protected CompletionStage<Void> handle(byte[] body) {
                seen.add("handle");
                return scope().closed().thenAccept(left::complete);
            }
        });

        request.disconnect();

        assertThat(left).isDone();
        assertThat(ends).containsExactly(Disconnect.of("the peer left"));
    }

    @Test
    @DisplayName(
            "P2: interrupts a blocking handler after the close timeout when the peer leaves, then disconnects once")
    void interruptsABlockingHandlerWhenThePeerLeaves() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        HttpCommunicator request = openWithShortCloseTimeout(() -> new BlockingPoll() {
            @Override
            protected void handle(byte[] body) {
                seen.add("handle");
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
        });

        request.disconnect();

        assertThat(interrupted.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).containsExactly(Disconnect.of("the peer left"));
    }

    @Test
    @DisplayName("P2: disconnects once after a failure of the handler, with that failure as the cause")
    void passesTheFailureOfTheHandlerToDisconnect() {
        IllegalStateException failure = new IllegalStateException("no news today");
        HttpCommunicator request = open(() -> new Poll() {
            @Override
            protected CompletionStage<Void> handle(byte[] body) {
                seen.add("handle");
                return CompletableFuture.failedFuture(failure);
            }
        });

        assertThatThrownBy(request::getResponse).isSameAs(failure);

        assertThat(ends)
                .singleElement()
                .satisfies(why -> assertThat(why.cause()).containsSame(failure));
        assertThat(layer.groupCount()).isZero();
    }

    @Test
    void streamsOnePartPerMessage() {
        try (HttpCommunicator request = open(Stream::new)) {
            layer.groupSend("news", Message.of("news.part").with("text", "Ra").with("more", true));

            assertThat(request.receiveHead().status()).isEqualTo(200);
            assertThat(request.receivePart()).asString().isEqualTo("Ra");

            layer.groupSend("news", Message.of("news.part").with("text", "in").with("more", false));

            assertThat(request.receivePart()).asString().isEqualTo("in");
            assertThat(request.complete()).isTrue();
        }
        assertThat(ends).containsExactly(Disconnect.of("response complete"));
    }

    private HttpCommunicator open(Supplier<? extends Consumer> consumer) {
        return sendRequest(HttpCommunicator.builder(Consumer.application(consumer), "GET", "/news")
                .channelLayer(layer)
                .build());
    }

    private HttpCommunicator openWithShortCloseTimeout(Supplier<? extends Consumer> consumer) {
        return sendRequest(HttpCommunicator.builder(Consumer.application(consumer), "GET", "/news")
                .channelLayer(layer)
                .scope(facts -> facts.closeTimeout(Duration.ofMillis(20)))
                .build());
    }

    private HttpCommunicator sendRequest(HttpCommunicator request) {
        request.sendBody(NOTHING, false);
        await().until(() -> seen.contains("handle"));
        return request;
    }
}
