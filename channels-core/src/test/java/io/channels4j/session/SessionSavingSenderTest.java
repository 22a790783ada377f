package io.channels4j.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.Session;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionSavingSenderTest {

    private final CompletableFuture<String> created = new CompletableFuture<>();
    private final Queue<Event> sent = new ConcurrentLinkedQueue<>();
    private final Scope scope =
            Scope.builder("websocket").executor(Runnable::run).build();

    /** A store that finishes creating a session only when the test completes the stage. */
    private final class SlowStore implements SessionStore {

        @Override
        public CompletionStage<Optional<byte[]>> load(String token) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletionStage<String> create(byte[] data, Duration lifetime) {
            return created;
        }

        @Override
        public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
            return CompletableFuture.completedFuture(Optional.of(token));
        }

        @Override
        public CompletionStage<Void> delete(String token) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private void serve(Application inner) {
        inner.behind(SessionMiddleware.of(new SlowStore()))
                .handle(scope, CompletableFuture::new, event -> {
                    sent.add(event);
                    return CompletableFuture.completedFuture(null);
                })
                .toCompletableFuture()
                .join();
    }

    private CompletionStage<Void> sendAll(Scope inside, Sender sender, List<CompletionStage<Void>> stages) {
        inside.session().put("a", 1);
        stages.add(sender.send(new WebSocketAccept()));
        stages.add(sender.send(WebSocketSend.text("one")));
        stages.add(sender.send(WebSocketSend.text("two")));
        return CompletableFuture.completedFuture(null);
    }

    @Test
    @DisplayName("P1: events sent while the session is being saved wait and keep their order")
    void eventsSentWhileTheSessionIsSavedKeepTheirOrder() {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        serve((inside, receiver, sender) -> sendAll(inside, sender, stages));
        assertThat(sent).isEmpty();

        created.complete("token");

        assertThat(sent).hasSize(3).first().isInstanceOf(WebSocketAccept.class);
        assertThat(sent.stream().skip(1).map(event -> ((WebSocketSend) event).text()))
                .containsExactly("one", "two");
        assertThat(stages).allMatch(stage -> stage.toCompletableFuture().isDone());
    }

    @Test
    void sendsNothingWhenTheStoreFails() {
        List<CompletionStage<Void>> stages = new ArrayList<>();
        serve((inside, receiver, sender) -> sendAll(inside, sender, stages));

        created.completeExceptionally(new IllegalStateException("store is down"));

        assertThat(sent).isEmpty();
        assertThat(stages)
                .allSatisfy(stage -> assertThat(stage.toCompletableFuture())
                        .failsWithin(Duration.ZERO)
                        .withThrowableOfType(ExecutionException.class)
                        .havingCause()
                        .withMessage("store is down"));
    }

    @Test
    void doesNotSaveAfterAServerError() {
        CompletableFuture<Session> session = new CompletableFuture<>();

        serve((inside, receiver, sender) -> {
            session.complete(inside.session());
            inside.session().put("a", 1);
            sender.send(new HttpResponseStart(500, Headers.empty()));
            return sender.send(new HttpResponseBody(new byte[0], false));
        });

        assertThat(sent).hasSize(2);
        assertThat(session.join().modified()).isTrue();
    }

    @Test
    void keepsChangesMarkedAsUnsavedWhenTheStoreFails() {
        CompletableFuture<Session> session = new CompletableFuture<>();
        serve((inside, receiver, sender) -> {
            session.complete(inside.session());
            return sendAll(inside, sender, new ArrayList<>());
        });

        created.completeExceptionally(new IllegalStateException("store is down"));

        assertThat(session.join().modified()).isTrue();
    }
}
