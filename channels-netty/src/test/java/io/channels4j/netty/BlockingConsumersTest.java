package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlockingConsumersTest {

    private static final int SLEEPERS = 50;

    private final CountDownLatch asleep = new CountDownLatch(SLEEPERS);
    private final CountDownLatch wake = new CountDownLatch(1);

    /** Echoes every message. "sleep" blocks until the test releases it. */
    private final class Sleeper extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            if (text.equals("sleep")) {
                asleep.countDown();
                awaitRelease();
            }
            send(text);
        }

        private void awaitRelease() {
            try {
                wake.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Echo extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }
    }

    private Application application() {
        Application blocking = Consumer.application(Sleeper::new);
        Application async = Consumer.application(Echo::new);
        return (scope, receiver, sender) ->
                (scope.path().equals("/async") ? async : blocking).handle(scope, receiver, sender);
    }

    @Test
    @DisplayName("P4: fifty blocked consumers delay neither an asynchronous one nor a fifty-first blocking one")
    void answersWhileFiftyConsumersSleep() throws Exception {
        List<RawClient> sleepers = new ArrayList<>();
        try (NettyServer server = ServersWithoutLifespan.builder(application())
                        .port(0)
                        .transport(TransportSettings.defaults().withEventLoopThreads(1))
                        .start();
                RawClient async = RawClient.open(server, "/async");
                RawClient blocking = RawClient.open(server, "/blocking")) {
            for (int i = 0; i < SLEEPERS; i++) {
                sleepers.add(RawClient.open(server, "/blocking").text("sleep"));
            }
            assertThat(asleep.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(async.text("async").frame().text()).isEqualTo("async");
            assertThat(blocking.text("blocking").frame().text()).isEqualTo("blocking");

            wake.countDown();
            for (RawClient sleeper : sleepers) {
                assertThat(sleeper.frame().text()).isEqualTo("sleep");
                sleeper.close();
            }
        } finally {
            wake.countDown();
        }
    }
}
