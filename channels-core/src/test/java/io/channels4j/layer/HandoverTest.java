package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.fixture.ManualExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class HandoverTest {

    private static final int PROMPT = 256;

    private final ManualExecutor executor = new ManualExecutor();
    private final Handover handover = new Handover(executor);
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final LocalGroup group = new LocalGroup("room", 1000);
    private final LocalMembers members = new LocalMembers(handover, 1000);
    private final List<String> handed = new ArrayList<>();
    private final LocalChannel ada = channel("ada");
    private final LocalChannel bob = channel("bob");

    @Test
    void nothingIsHandedOverOutsideTheExecutor() {
        handover.toOne(ada, Message.of("1"));

        assertThat(handed).isEmpty();
    }

    @Test
    void manyMessagesAreOneTask() {
        for (int i = 0; i < 100; i++) {
            handover.toOne(ada, Message.of("m" + i));
        }

        executor.runAll();

        assertThat(handed).hasSize(100).startsWith("ada m0", "ada m1").endsWith("ada m99");
        assertThat(executor.taken()).isEqualTo(1);
    }

    @Test
    void directAndGroupMessagesKeepTheirOrder() {
        join(ada);

        handover.toOne(ada, Message.of("1"));
        handover.toMembers(members, Message.of("2"), Set.of());
        handover.toOne(ada, Message.of("3"));
        handover.toMembers(members, Message.of("4"), Set.of("x"));
        handover.toMembers(members, Message.of("5"), Set.of());
        executor.runAll();

        assertThat(handed).containsExactly("ada 1", "ada 2", "ada 3", "ada 4", "ada 5");
    }

    @Test
    void messagesInARowToTheSameMembersComeMemberByMember() {
        join(ada);
        join(bob);

        handover.toMembers(members, Message.of("1"), Set.of());
        handover.toMembers(members, Message.of("2"), Set.of());
        executor.runAll();

        assertThat(handed).containsExactly("ada 1", "ada 2", "bob 1", "bob 2");
    }

    @Test
    void aMemberThatJoinedBetweenTwoMessagesGetsTheSecondOnly() {
        join(ada);
        handover.toMembers(members, Message.of("1"), Set.of());
        join(bob);
        handover.toMembers(members, Message.of("2"), Set.of());

        executor.runAll();

        assertThat(handed).containsExactly("ada 1", "ada 2", "bob 2");
    }

    @Test
    void exceptedMembersGetNothing() {
        join(ada);
        join(bob);

        handover.toMembers(members, Message.of("1"), Set.of("ada"));
        handover.toMembers(members, Message.of("2"), Set.of("bob"));
        executor.runAll();

        assertThat(handed).containsExactly("bob 1", "ada 2");
    }

    @Test
    void whatIsSentWhileHandingOverTakesAnotherTask() {
        LocalChannel eve =
                new LocalChannel(layer, "eve", handover, message -> handover.toOne(bob, Message.of("again")), 1000);
        handover.toOne(eve, Message.of("1"));

        executor.runNext();
        assertThat(handed).isEmpty();

        executor.runAll();
        assertThat(handed).containsExactly("bob again");
        assertThat(executor.taken()).isEqualTo(2);
    }

    @Test
    void tellsAtOnceUntilManyAreOnTheWayAndThenWhenTheyArrive() {
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i <= PROMPT; i++) {
            sent.add(handover.toOne(ada, Message.of("m")));
        }
        assertThat(sent.get(PROMPT - 1).toCompletableFuture()).isCompleted();
        assertThat(sent.get(PROMPT).toCompletableFuture()).isNotDone();

        executor.runAll();

        assertThat(sent.get(PROMPT).toCompletableFuture()).isCompleted();
    }

    @Test
    void aShutDownExecutorDropsAndKeepsNobodyWaiting() {
        join(ada);
        executor.shutDown();

        for (int i = 0; i < 2 * PROMPT; i++) {
            assertThat(handover.toMembers(members, Message.of("m"), Set.of()).toCompletableFuture())
                    .isCompleted();
        }

        assertThat(handed).isEmpty();
        assertThat(members.full()).isFalse();
    }

    private LocalChannel channel(String name) {
        return new LocalChannel(layer, name, handover, message -> handed.add(name + " " + message.type()), 1000);
    }

    private void join(LocalChannel channel) {
        members.add(new LocalMembers.Membership(group, members, channel));
    }
}
