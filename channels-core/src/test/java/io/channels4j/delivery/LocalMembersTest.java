package io.channels4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.fixture.ManualExecutor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares {@link LocalMembers} with a plain list over many random changes. */
class LocalMembersTest {

    private final long seed = Long.getLong("test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualExecutor executor = new ManualExecutor();
    private final LocalDelivery delivery = Deliveries.withCapacity(5);
    private final LocalMembers members = new LocalMembers(delivery.queue(executor), 5, Deliveries.bytes());
    private final LocalGroup group = new LocalGroup("room", 5, Deliveries.bytes());
    private final List<LocalMembers.Membership> model = new ArrayList<>();

    private record Snapshot(LocalMembers.Snapshot snapshot, Set<LocalChannel> members) {}

    @Test
    void keepsAddedMembersInOrder() {
        for (int i = 0; i < 20_000; i++) {
            change(random.nextInt(2000) < 1000 + (i < 10_000 ? 40 : -40)); // grow first, then shrink

            assertThat(members.size()).as("seed %d, step %d", seed, i).isEqualTo(model.size());
            assertThat(members.isEmpty()).isEqualTo(model.isEmpty());
            if (i % 50 == 0) {
                assertThat(present(members.sending()))
                        .as("seed %d, step %d", seed, i)
                        .isEqualTo(channels());
            }
        }
    }

    @Test
    void snapshotContainsRemainingMembersAndNoLaterOnes() {
        List<Snapshot> taken = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            change(random.nextBoolean());
            if (random.nextInt(100) == 0) {
                taken.add(new Snapshot(members.sending(), new LinkedHashSet<>(channels())));
            }
        }

        Set<LocalChannel> now = new LinkedHashSet<>(channels());
        for (Snapshot then : taken) {
            Set<LocalChannel> stayed = new LinkedHashSet<>(then.members());
            stayed.retainAll(now);
            assertThat(present(then.snapshot()))
                    .as("seed %d", seed)
                    .doesNotHaveDuplicates()
                    .containsAll(stayed)
                    .isSubsetOf(then.members());
        }
    }

    @Test
    void sameSnapshotMeansSameMembers() {
        change(true);
        LocalMembers.Snapshot before = members.sending();
        assertThat(members.sending().same(before)).isTrue();

        change(true);

        assertThat(members.sending().same(before)).isFalse();
    }

    @Test
    void isFullWhileItsCapacityIsPending() {
        for (int i = 0; i < 5; i++) {
            assertThat(members.full()).isFalse();
            members.sending();
        }
        assertThat(members.full()).isTrue();

        members.delivered(null);

        assertThat(members.full()).isFalse();
    }

    private void change(boolean add) {
        if (add || model.isEmpty()) {
            LocalChannel channel = Deliveries.channel(delivery, executor, message -> {});
            LocalMembers.Membership membership = new LocalMembers.Membership(group, members, channel);
            members.add(membership);
            model.add(membership);
        } else {
            members.remove(model.remove(random.nextInt(model.size())));
        }
    }

    private List<LocalChannel> channels() {
        return model.stream().map(membership -> membership.channel).toList();
    }

    private static List<LocalChannel> present(LocalMembers.Snapshot snapshot) {
        List<LocalChannel> present = new ArrayList<>();
        for (int i = 0; i < snapshot.size(); i++) {
            LocalChannel channel = snapshot.get(i);
            if (channel != null) {
                present.add(channel);
            }
        }
        return present;
    }
}
