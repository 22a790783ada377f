package io.channels4j.control;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfirmedControlMessagesTest {

    private static final String TOPIC = "test";
    private static final Message REVOCATION = Message.of("revoke").with("user", "ada");

    /** Processes that are connected by direct calls, with their own clock. */
    private static final class Network {

        private record Timer(Duration due, Runnable task) {}

        private final Map<String, LocalControl> processes = new HashMap<>();
        private final PriorityQueue<Timer> timers =
                new PriorityQueue<>((one, other) -> one.due().compareTo(other.due()));
        private Duration now = Duration.ZERO;
        private boolean unavailable;

        void pass(Duration time) {
            Duration end = now.plus(time);
            for (Timer next = timers.peek(); next != null && next.due().compareTo(end) <= 0; next = timers.peek()) {
                timers.remove(next);
                now = next.due();
                next.task().run();
            }
            now = end;
        }

        int send(String group, Message message) {
            List<LocalControl> receivers = new ArrayList<>();
            processes.values().stream().filter(p -> p.size(group) > 0).forEach(receivers::add);
            receivers.forEach(receiver -> receiver.received(group, Message.fromJson(message.toJson())));
            return receivers.size();
        }
    }

    private record Connection(String process, Network network) implements ControlTransport {

        @Override
        public CompletionStage<Integer> send(String group, Message message) {
            return network.unavailable
                    ? CompletableFuture.failedFuture(new ChannelsException("outage"))
                    : CompletableFuture.completedFuture(network.send(group, message));
        }

        @Override
        public CompletionStage<Void> confirmed(String group) {
            return Stages.done();
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(10);
        }

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            Network.Timer timer = new Network.Timer(network.now.plus(delay), task);
            network.timers.add(timer);
            return () -> network.timers.remove(timer);
        }

        @Override
        public ChannelsException unconfirmed(String text) {
            return new ChannelsException(text);
        }
    }

    private final Network network = new Network();

    /** One process: its receivers, and the messages that they have received. */
    private final class Node {

        final LocalControl local = new LocalControl();
        final ConfirmedControlMessages control;
        final List<Message> received = new ArrayList<>();
        CompletionStage<Void> handled = Stages.done();

        Node(String name) {
            control = new ConfirmedControlMessages(local, new Connection(name, network));
            network.processes.put(name, local);
            local.add(ControlTopics.group(TOPIC), message -> {
                received.add(message);
                return handled;
            });
        }
    }

    /** A process that runs a version of the library without confirmations. */
    private List<Message> addOldProcess(String name) {
        LocalControl old = new LocalControl();
        List<Message> received = new ArrayList<>();
        old.add(ControlTopics.group(TOPIC), message -> {
            received.add(message);
            return Stages.done();
        });
        old.onRemote(new LocalControl.Remote() {
            @Override
            public void received(String group, Message message) {
                Stages.ignore(old.send(group, message));
            }

            @Override
            public void closed() {}
        });
        network.processes.put(name, old);
        return received;
    }

    private static String failure(CompletableFuture<Void> stage) throws Exception {
        return stage.handle((nothing, failure) -> failure == null
                        ? "none"
                        : String.valueOf(Stages.unwrap(failure).getMessage()))
                .get(5, SECONDS);
    }

    private final Node here = new Node("here");

    private CompletableFuture<Void> send() {
        return here.control.send(TOPIC, REVOCATION).toCompletableFuture();
    }

    @Test
    @DisplayName("P8: a message completes when each process has handled it once")
    void completesWhenEachProcessHasHandledIt() {
        Node there = new Node("there");
        CompletableFuture<Void> closing = new CompletableFuture<>();
        there.handled = closing;

        CompletableFuture<Void> sent = send();

        assertThat(sent).isNotDone();
        closing.complete(Stages.NOTHING);
        assertThat(sent).isCompleted();
        assertThat(here.received).containsExactly(REVOCATION);
        assertThat(there.received).containsExactly(REVOCATION);
        assertThat(network.timers).isEmpty();
    }

    @Test
    @DisplayName("P8: a message waits for the receivers in its own process")
    void waitsForReceiversInItsOwnProcess() {
        CompletableFuture<Void> closing = new CompletableFuture<>();
        here.handled = closing;

        CompletableFuture<Void> sent = send();

        assertThat(sent).isNotDone();
        closing.complete(Stages.NOTHING);
        assertThat(sent).isCompleted();
    }

    @Test
    @DisplayName(
            "P8: a process that does not confirm fails the message after the time-out, with the number of processes")
    void failsAfterTheTimeout() throws Exception {
        new Node("there").handled = new CompletableFuture<>();
        CompletableFuture<Void> sent = send();

        network.pass(Duration.ofSeconds(9));
        assertThat(sent).isNotDone();
        network.pass(Duration.ofSeconds(1));

        assertThat(failure(sent))
                .startsWith("control message revoke: confirmed by 1 of 2 processes within PT10S")
                .contains("expected: all");
        assertThat(network.timers).isEmpty();
    }

    @Test
    @DisplayName("P9: a process of a version without confirmations receives the message and is reported as unconfirmed")
    void reportsProcessesThatCannotConfirm() throws Exception {
        List<Message> old = addOldProcess("old");
        new Node("there");

        CompletableFuture<Void> sent = send();
        network.pass(Duration.ofSeconds(10));

        assertThat(old.get(0).getString("user")).isEqualTo("ada");
        assertThat(failure(sent)).contains("confirmed by 2 of 3 processes", "run a version without confirmations");
    }

    @Test
    @DisplayName("P9: a message from a version without confirmations is handled")
    void handlesMessagesWithoutRequest() {
        here.local.received(ControlTopics.group(TOPIC), REVOCATION);

        assertThat(here.received).containsExactly(REVOCATION);
    }

    @Test
    @DisplayName("P8: a process that dies before it confirms does not fail the message")
    void completesWithoutADeadProcess() {
        new Node("there").handled = new CompletableFuture<>();
        CompletableFuture<Void> sent = send();
        assertThat(sent).isNotDone();

        network.processes.remove("there");
        network.pass(Duration.ofSeconds(1));

        assertThat(sent).isCompleted();
    }

    @Test
    @DisplayName("P8: a process that joins before the next round is included in it")
    void includesAProcessThatJoins() {
        Node there = new Node("there");
        there.handled = new CompletableFuture<>();
        CompletableFuture<Void> sent = send();
        network.processes.remove("there");
        Node late = new Node("late");

        network.pass(Duration.ofSeconds(1));

        assertThat(sent).isCompleted();
        assertThat(late.received).containsExactly(REVOCATION);
    }

    @Test
    @DisplayName("P8: a failure in another process fails the message")
    void reportsAFailure() throws Exception {
        new Node("there").handled = CompletableFuture.failedFuture(new IllegalStateException("cannot close"));

        assertThat(failure(send()))
                .isEqualTo("control message revoke: confirmed by 1 of 2 processes; another reported: cannot close");
    }

    @Test
    @DisplayName("P8: an outage fails the message without waiting")
    void failsDuringAnOutage() throws Exception {
        network.unavailable = true;

        assertThat(failure(send())).isEqualTo("outage");
        assertThat(here.received).containsExactly(REVOCATION);
    }

    @Test
    @DisplayName("P8: an outage after the first round is waited out")
    void repeatsAfterAnOutage() {
        Node there = new Node("there");
        there.handled = new CompletableFuture<>();
        CompletableFuture<Void> sent = send();
        there.handled = Stages.done();

        network.unavailable = true;
        network.pass(Duration.ofSeconds(1));
        assertThat(sent).isNotDone();
        network.unavailable = false;
        network.pass(Duration.ofSeconds(2));

        assertThat(sent).isCompleted();
    }

    @Test
    @DisplayName("P8: closing the layer fails unconfirmed messages")
    void closingFailsUnconfirmedMessages() throws Exception {
        new Node("there").handled = new CompletableFuture<>();
        CompletableFuture<Void> sent = send();

        here.local.close();

        assertThat(failure(sent)).contains("the layer was closed before all processes confirmed it");
        assertThat(failure(send())).contains("the layer is closed");
        assertThat(network.timers).isEmpty();
    }

    @Test
    @DisplayName("P3: at most 100,000 messages wait for confirmations")
    void boundsUnconfirmedMessages() throws Exception {
        new Node("there").handled = new CompletableFuture<>();
        for (int i = 0; i < 100_000; i++) {
            assertThat(send()).isNotDone();
        }

        assertThat(failure(send())).contains("100000 others are unconfirmed");
        network.timers.clear();
    }
}
