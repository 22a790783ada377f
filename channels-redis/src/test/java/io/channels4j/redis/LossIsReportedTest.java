package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class LossIsReportedTest {

    private static final Message HELLO = Message.of("hello");

    private final RedisProcess redis = RedisProcess.start();
    private final Map<String, Long> lost = new ConcurrentHashMap<>();
    private final Outages outages = new Outages();
    private final RedisPubSubChannelLayer here =
            RedisPubSubChannelLayer.builder(hosts()).listener(new Losses()).build();
    private final RedisPubSubChannelLayer there =
            RedisPubSubChannelLayer.builder(hosts()).listener(outages).build();

    private final class Losses implements LayerListener {

        @Override
        public void messagesLost(String target, long messages) {
            lost.merge(target, messages, Long::sum);
        }
    }

    private RedisHosts hosts() {
        return RedisHosts.of(redis.url()).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    @AfterEach
    void end() {
        here.close();
        there.close();
        redis.close();
    }

    /** Sends messages that Redis has not executed when it closes the sender's connection. */
    private void loseConfirmedMessages(String group, Peer member, int count) {
        PubSubRules.done(here.groupSend(group, HELLO));
        assertThat(member.next()).isEqualTo(HELLO); // the pause would delay it
        redis.command("CLIENT", "PAUSE", "20000", "WRITE");
        for (int i = 0; i < count; i++) {
            assertThat(here.groupSend(group, HELLO)).isCompleted();
        }
        redis.command("CLIENT", "KILL", "TYPE", "normal");
        redis.command("CLIENT", "UNPAUSE");
    }

    @Test
    void receiversNoticeALostTail() {
        Peer ada = PubSubRules.member(there, "room");
        Peer bob = PubSubRules.member(there, "another");
        PubSubRules.done(here.groupSend("another", HELLO));
        assertThat(bob.next()).isEqualTo(HELLO);
        outages.forget();

        loseConfirmedMessages("room", ada, 8);

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(outages.reported()).contains("gap 1");
        assertThat(bob.anything()).isNull();
    }

    @Test
    void receiversNoticeThatTheFirstMessagesOfASenderAreLost() {
        Peer ada = PubSubRules.member(there, "room");
        Peer bob = PubSubRules.member(there, "another");
        try (RedisPubSubChannelLayer old = RedisPubSubChannelLayer.create(hosts())) {
            PubSubRules.done(old.groupSend("another", HELLO)); // causes no gap
            await().during(Duration.ofSeconds(10))
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> ada.waiting() == 0);
        }
        assertThat(bob.next()).isEqualTo(HELLO);
        redis.command("CLIENT", "PAUSE", "20000", "WRITE");
        assertThat(here.groupSend("room", HELLO)).isCompleted();
        redis.command("CLIENT", "KILL", "TYPE", "normal");
        redis.command("CLIENT", "UNPAUSE");

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(there.health().missing()).isEqualTo(1);
        assertThat(bob.anything()).isNull();
    }

    @Test
    void senderIsNotifiedOfConfirmedMessagesThatWereLost() {
        Peer ada = PubSubRules.member(there, "room");

        loseConfirmedMessages("room", ada, 8);

        await().untilAsserted(() -> assertThat(lost).containsExactly(Map.entry("room", 8L)));
    }

    @Test
    void connectionInSeveralGroupsIsNotifiedOnce() {
        Peer ada = PubSubRules.member(there, "one");
        PubSubRules.done(there.groupAdd("two", ada.channel()));
        PubSubRules.done(here.groupSend("one", HELLO));
        PubSubRules.done(here.groupSend("two", HELLO));
        assertThat(ada.next(2)).containsOnly(HELLO);
        redis.command("CLIENT", "PAUSE", "20000", "WRITE");
        here.groupSend("one", HELLO);
        here.groupSend("two", HELLO);
        redis.command("CLIENT", "KILL", "TYPE", "normal");
        redis.command("CLIENT", "UNPAUSE");

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.anything()).isNull();
    }

    @Test
    void memberWithAFullChannelIsNotified() {
        Peer ada = Peer.notConsuming(there);
        PubSubRules.done(there.groupAdd("room", ada.channel()));
        int capacity = LayerSettings.defaults().capacity();

        for (int i = 0; i < capacity + 10; i++) {
            PubSubRules.done(here.groupSend("room", HELLO));
        }

        assertThat(ada.next(capacity)).containsOnly(HELLO);
        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(there.health().dropped()).isPositive();
    }

    @Test
    void channelThatIsFullOfDirectMessagesIsNotified() {
        Peer ada = Peer.notConsuming(there);
        int capacity = LayerSettings.defaults().capacity();

        for (int i = 0; i < capacity + 10; i++) {
            PubSubRules.done(here.send(ada.channel(), HELLO));
        }

        assertThat(ada.next(capacity)).containsOnly(HELLO);
        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
    }

    @Test
    void concurrentSendersCauseNoGap() {
        Peer ada = PubSubRules.member(there, "room");
        outages.forget();

        await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(8)).until(() -> {
            new Thread(() -> here.groupSend("room", HELLO)).start();
            here.groupSend("room", HELLO);
            return outages.reported().isEmpty();
        });
        assertThat(ada.next()).isEqualTo(HELLO);
    }
}
