package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.fixture.FakeClock;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GroupTest {

    private static final int PROMPT = 256;

    private final ManualExecutor loop = new ManualExecutor();
    private final ManualExecutor otherLoop = new ManualExecutor();
    private final FakeClock clock = new FakeClock();
    private final List<String> changed = new ArrayList<>();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.of(LayerSettings.defaults(), clock);

    @BeforeEach
    void listenForChanges() {
        LocalDelivery.of(layer).onGroupChange(changed::add);
    }

    @Test
    void messageReachesEveryMemberOnce() {
        Member ada = new Member(layer, loop).join(layer, "room").join(layer, "room");
        Member bob = new Member(layer, otherLoop).join(layer, "room");
        Member eve = new Member(layer, loop).join(layer, "hall");

        layer.groupSend("room", Message.of("hello"));
        runAll();

        assertThat(ada.received()).containsExactly("hello");
        assertThat(bob.received()).containsExactly("hello");
        assertThat(eve.received()).isEmpty();
    }

    @Test
    void deliversOncePerExecutor() {
        for (int i = 0; i < 1000; i++) {
            new Member(layer, i % 2 == 0 ? loop : otherLoop).join(layer, "room");
        }

        layer.groupSend("room", Message.of("hello"));

        assertThat(loop.taken()).isEqualTo(1);
        assertThat(otherLoop.taken()).isEqualTo(1);
    }

    @Test
    void skipsExcludedMembers() {
        Member ada = new Member(layer, loop).join(layer, "room");
        Member bob = new Member(layer, loop).join(layer, "room");

        layer.groupSend("room", Message.of("hello"), Set.of(ada.channel()));
        runAll();

        assertThat(ada.received()).isEmpty();
        assertThat(bob.received()).containsExactly("hello");
    }

    @Test
    void skipsExcludedPulledMembers() {
        layer.groupAdd("room", "worker");

        layer.groupSend("room", Message.of("hello"), Set.of("worker"));

        assertThat(layer.receive("worker").toCompletableFuture()).isNotDone();
    }

    @Test
    void memberThatLeftReceivesNothing() {
        Member ada = new Member(layer, loop).join(layer, "room");
        layer.groupDiscard("room", ada.channel());

        layer.groupSend("room", Message.of("hello"));
        runAll();

        assertThat(ada.received()).isEmpty();
        assertThat(layer.groupCount()).isZero();
    }

    @Test
    void memberThatRejoinsReceivesEachMessageOnce() {
        Member ada = new Member(layer, loop).join(layer, "room");
        layer.groupDiscard("room", ada.channel());
        ada.join(layer, "room");

        layer.groupSend("room", Message.of("hello"));
        runAll();

        assertThat(ada.received()).containsExactly("hello");
        assertThat(layer.groupSize("room")).isEqualTo(1);
    }

    @Test
    void ignoresLeavingAnotherGroup() {
        Member ada = new Member(layer, loop);

        assertThat(layer.groupDiscard("room", ada.channel()).toCompletableFuture())
                .isCompleted();
        assertThat(layer.groupDiscard("room", "empty").toCompletableFuture()).isCompleted();
    }

    @Test
    void ignoresSendingToEmptyGroup() {
        assertThat(layer.groupSend("room", Message.of("hello")).toCompletableFuture())
                .isCompleted();
        assertThat(layer.dropped()).isZero();
    }

    @Test
    @DisplayName("P3: a full member is skipped, counted and logged once; other members receive every message")
    void skipsFullMember() {
        InMemoryChannelLayer small =
                InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(2));
        Member ada = new Member(small, loop).join(small, "room").stopReading();
        Member bob = new Member(small, loop).join(small, "room");

        try (CapturedLog log = CapturedLog.of(ChannelLayer.class.getName())) {
            for (int i = 0; i < 5; i++) {
                small.groupSend("room", Message.of("m" + i));
                loop.runAll();
            }

            assertThat(ada.received()).containsExactly("m0", "m1", ChannelLayer.GAP);
            assertThat(bob.received()).containsExactly("m0", "m1", "m2", "m3", "m4");
            assertThat(small.dropped()).isEqualTo(3);
            assertThat(log.messages(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("channel " + ada.channel() + ": full (2 unread messages, capacity reached)");
        }
    }

    @Test
    @DisplayName(
            "P3: what waits for an executor that does not run is bounded by the capacity, counted beyond it, logged"
                    + " once")
    void stuckExecutorReceivesAtMostCapacity() {
        InMemoryChannelLayer small =
                InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(2));
        Member ada = new Member(small, loop).join(small, "room");

        try (CapturedLog log = CapturedLog.of(ChannelLayer.class.getName())) {
            for (int i = 0; i < 5; i++) {
                small.groupSend("room", Message.of("m" + i));
            }
            loop.runAll();

            assertThat(ada.received()).containsExactly("m0", "m1", ChannelLayer.GAP);
            assertThat(small.dropped()).isEqualTo(3);
            assertThat(log.messages(Level.WARN)).singleElement().asString().startsWith("group room: ");
        }
    }

    @Test
    @DisplayName("P3: each drop is followed by a gap that the member has not consumed yet, at most one at a time")
    void reportsAGapAfterEachDrop() {
        InMemoryChannelLayer small =
                InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(2));
        Member ada = new Member(small, loop).join(small, "room").stopReading();
        send(small, 4); // m0, m1, gap

        ada.consume(2);
        send(small, 3); // m0, then two drops that the gap still follows
        assertThat(ada.received()).containsExactly("m0", "m1", ChannelLayer.GAP, "m0");

        ada.consume(2);
        send(small, 3); // m0, m1, a drop after the gap was consumed
        assertThat(ada.received()).containsExactly("m0", "m1", ChannelLayer.GAP, "m0", "m0", "m1", ChannelLayer.GAP);
    }

    private void send(ChannelLayer layer, int count) {
        for (int i = 0; i < count; i++) {
            layer.groupSend("room", Message.of("m" + i));
            loop.runAll();
        }
    }

    @Test
    @DisplayName("P3: an executor that is stuck again receives another gap")
    void stuckExecutorReceivesAGapEachTime() {
        InMemoryChannelLayer small =
                InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(2));
        Member ada = new Member(small, loop).join(small, "room");

        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4; i++) {
                small.groupSend("room", Message.of("m" + i));
            }
            loop.runAll();
        }

        assertThat(ada.received()).containsExactly("m0", "m1", ChannelLayer.GAP, "m0", "m1", ChannelLayer.GAP);
    }

    @Test
    void failureOfOneMemberDoesNotAffectOthers() {
        Subscription bad = layer.subscribe(loop, message -> {
            throw new IllegalStateException("bad");
        });
        layer.groupAdd("room", bad.channel());
        Member ada = new Member(layer, loop).join(layer, "room");

        try (CapturedLog log = CapturedLog.of(ChannelLayer.class.getName())) {
            layer.groupSend("room", Message.of("1"));
            loop.runAll();
            layer.groupSend("room", Message.of("2"));
            loop.runAll();

            assertThat(ada.received()).containsExactly("1", "2");
            assertThat(log.messages(Level.ERROR)).hasSize(2).allMatch(line -> line.contains("the subscriber failed"));
        }
    }

    @Test
    void sendsCompleteOnDeliveryWhileExecutorIsBehind() {
        new Member(layer, loop).join(layer, "room");
        new Member(layer, otherLoop).join(layer, "room");
        for (int i = 0; i < PROMPT; i++) {
            layer.groupSend("room", Message.of("m"));
        }
        otherLoop.runAll();

        CompletionStage<Void> behind = layer.groupSend("room", Message.of("m"));
        assertThat(behind.toCompletableFuture()).isNotDone();

        loop.runAll();
        assertThat(behind.toCompletableFuture()).isCompleted();
    }

    @Test
    void reportsFirstAndLastMember() {
        Member ada = new Member(layer, loop).join(layer, "room");
        Member bob = new Member(layer, loop).join(layer, "room");
        assertThat(changed).containsExactly("room");

        ada.close();
        assertThat(changed).containsExactly("room");

        bob.close();
        assertThat(changed).containsExactly("room", "room");
        assertThat(layer.groupSize("room")).isZero();
    }

    @Test
    void pulledMemberLeavesWhenItsMessagesExpire() {
        layer.groupAdd("room", "worker");
        layer.groupSend("room", Message.of("hello"));
        assertThat(layer.groupSize("room")).isEqualTo(1);

        clock.advance(Duration.ofSeconds(61));
        layer.send("other", Message.of("x"));

        assertThat(layer.groupCount()).isZero();
        assertThat(layer.dropped()).isEqualTo(1);
    }

    @Test
    void pulledMembershipExpires() {
        layer.groupAdd("room", "worker");
        clock.advance(Duration.ofHours(24));

        layer.groupSend("room", Message.of("hello"));

        assertThat(layer.receive("worker").toCompletableFuture()).isNotDone();
        assertThat(layer.groupCount()).isZero();
    }

    @Test
    void rejoiningRenewsPulledMembership() {
        layer.groupAdd("room", "worker");
        clock.advance(Duration.ofHours(20));
        layer.groupAdd("room", "worker");
        clock.advance(Duration.ofHours(20));

        layer.groupSend("room", Message.of("hello"));

        assertThat(layer.receive("worker").toCompletableFuture()).isCompletedWithValue(Message.of("hello"));
    }

    @Test
    void membershipOfConnectionDoesNotExpire() {
        Member ada = new Member(layer, loop).join(layer, "room");
        clock.advance(Duration.ofDays(365));

        layer.groupSend("room", Message.of("hello"));
        runAll();

        assertThat(ada.received()).containsExactly("hello");
    }

    @Test
    void flushEmptiesGroupsAndKeepsSubscriptions() {
        Member ada = new Member(layer, loop).join(layer, "room");
        layer.groupAdd("hall", "worker");

        layer.flush();
        layer.groupSend("room", Message.of("lost"));
        layer.send(ada.channel(), Message.of("direct"));
        runAll();

        assertThat(layer.groupCount()).isZero();
        assertThat(ada.received()).containsExactly("direct");
        ada.join(layer, "room");
        assertThat(layer.groupSize("room")).isEqualTo(1);
    }

    @Test
    void checksNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> layer.groupAdd("a\n", "worker"));
        assertThatIllegalArgumentException().isThrownBy(() -> layer.groupAdd("a", "worker\n"));
        assertThatIllegalArgumentException().isThrownBy(() -> layer.groupDiscard("a!b", "worker"));
        assertThatIllegalArgumentException().isThrownBy(() -> layer.groupSend("", Message.of("x")));
    }

    private void runAll() {
        loop.runAll();
        otherLoop.runAll();
    }
}
