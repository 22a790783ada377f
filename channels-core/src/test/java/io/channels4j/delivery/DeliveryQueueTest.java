package io.channels4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.fixture.ManualExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {

    private static final int MAX_UNCONFIRMED = 256;

    private final ManualExecutor executor = new ManualExecutor();
    private final LocalDelivery delivery = Deliveries.withCapacity(1000);
    private final DeliveryQueue queue = delivery.queue(executor);
    private final LocalGroup group = new LocalGroup("room", 1000, Deliveries.bytes());
    private final LocalMembers members = new LocalMembers(queue, 1000, Deliveries.bytes());
    private final List<String> delivered = new ArrayList<>();
    private final LocalChannel ada = channel("ada");
    private final LocalChannel bob = channel("bob");

    @Test
    void deliversOnExecutorOnly() {
        queue.send(ada, Message.of("1"), null);

        assertThat(delivered).isEmpty();
    }

    @Test
    void deliversManyMessagesInOneTask() {
        for (int i = 0; i < 100; i++) {
            queue.send(ada, Message.of("m" + i), null);
        }

        executor.runAll();

        assertThat(delivered).hasSize(100).startsWith("ada m0", "ada m1").endsWith("ada m99");
        assertThat(executor.taken()).isEqualTo(1);
    }

    @Test
    void keepsOrderOfDirectAndGroupMessages() {
        join(ada);

        queue.send(ada, Message.of("1"), null);
        queue.send(members, Message.of("2"), Set.of(), null);
        queue.send(ada, Message.of("3"), null);
        queue.send(members, Message.of("4"), Set.of("x"), null);
        queue.send(members, Message.of("5"), Set.of(), null);
        executor.runAll();

        assertThat(delivered).containsExactly("ada 1", "ada 2", "ada 3", "ada 4", "ada 5");
    }

    @Test
    void deliversConsecutiveMessagesMemberByMember() {
        join(ada);
        join(bob);

        queue.send(members, Message.of("1"), Set.of(), null);
        queue.send(members, Message.of("2"), Set.of(), null);
        executor.runAll();

        assertThat(delivered).containsExactly("ada 1", "ada 2", "bob 1", "bob 2");
    }

    @Test
    void memberThatJoinsBetweenTwoMessagesReceivesTheSecondOnly() {
        join(ada);
        queue.send(members, Message.of("1"), Set.of(), null);
        join(bob);
        queue.send(members, Message.of("2"), Set.of(), null);

        executor.runAll();

        assertThat(delivered).containsExactly("ada 1", "ada 2", "bob 2");
    }

    @Test
    void skipsExcludedMembers() {
        join(ada);
        join(bob);

        queue.send(members, Message.of("1"), Set.of(ada.channel()), null);
        queue.send(members, Message.of("2"), Set.of(bob.channel()), null);
        executor.runAll();

        assertThat(delivered).containsExactly("bob 1", "ada 2");
    }

    @Test
    void deliversMessagesSentMeanwhileInAnotherTask() {
        LocalChannel eve =
                Deliveries.channel(delivery, executor, message -> queue.send(bob, Message.of("again"), null));
        queue.send(eve, Message.of("1"), null);

        executor.runNext();
        assertThat(delivered).isEmpty();

        executor.runAll();
        assertThat(delivered).containsExactly("bob again");
        assertThat(executor.taken()).isEqualTo(2);
    }

    @Test
    void completesImmediatelyUntilQueueIsLongThenOnDelivery() {
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i <= MAX_UNCONFIRMED; i++) {
            sent.add(queue.send(ada, Message.of("m"), null));
        }
        assertThat(sent.get(MAX_UNCONFIRMED - 1).toCompletableFuture()).isCompleted();
        assertThat(sent.get(MAX_UNCONFIRMED).toCompletableFuture()).isNotDone();

        executor.runAll();

        assertThat(sent.get(MAX_UNCONFIRMED).toCompletableFuture()).isCompleted();
    }

    @Test
    void dropsMessagesOfExecutorThatIsShutDown() {
        join(ada);
        executor.shutDown();

        for (int i = 0; i < 2 * MAX_UNCONFIRMED; i++) {
            assertThat(queue.send(members, Message.of("m"), Set.of(), null).toCompletableFuture())
                    .isCompleted();
        }

        assertThat(delivered).isEmpty();
        assertThat(members.full()).isFalse();
    }

    private LocalChannel channel(String name) {
        return Deliveries.channel(delivery, executor, message -> delivered.add(name + " " + message.type()));
    }

    private void join(LocalChannel channel) {
        members.add(new LocalMembers.Membership(group, members, channel));
    }
}
