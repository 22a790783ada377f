package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.support.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exchanges messages with a real Django process, on both of its layers. Skipped where {@code channels} and {@code channels_redis} are not
 * installed.
 */
@Timeout(90)
class DjangoProcessesTest {

    private static final String KEY = "a key";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final RedisProcess redis = RedisProcess.start();

    @BeforeEach
    void checkPackages() {
        DjangoProcess.assumeInstalled();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        redis.close();
    }

    /** The settings of one run: the layer, the hosts, and the keys. */
    private ChannelLayer layer(String settings) {
        RedisHosts hosts = RedisHosts.of(urls(settings).split(","));
        ChannelLayer layer;
        if (settings.startsWith("core")) {
            DjangoChannelLayer.Builder builder = DjangoChannelLayer.builder(hosts);
            layer = settings.contains("keys") ? builder.encryptionKeys(KEY).build() : builder.build();
        } else {
            layer = DjangoPubSubChannelLayer.builder(hosts).build();
        }
        open.add(layer);
        return layer;
    }

    private String urls(String settings) {
        return settings.contains("hosts")
                ? redis.url() + "/1," + redis.url() + "/2," + redis.url() + "/3"
                : redis.url() + "/0";
    }

    private DjangoProcess django(String settings) {
        String backend = settings.startsWith("core") ? "core" : "pubsub";
        DjangoProcess django = settings.contains("keys")
                ? DjangoProcess.start("call", backend, urls(settings), KEY)
                : DjangoProcess.start("call", backend, urls(settings));
        open.add(django);
        return django;
    }

    private static Message numbered(int number) {
        return Message.of("n").with("i", number);
    }

    private static Map<String, Object> theirs(int number) {
        return Map.of("type", "n", "i", number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "core hosts", "core keys", "core hosts keys", "pubsub", "pubsub hosts"})
    void groupsAndDirectMessagesWorkInBothDirections(String settings) {
        // the databases of a server share its pub/sub channels; this has no effect, because names determine the host
        ChannelLayer here = layer(settings);
        DjangoProcess there = django(settings);
        Peer ada = member(here, "room");
        String bob = there.listeningChannel();
        there.call("group_add", "room", bob);

        done(here.groupSend("room", numbered(1)));
        assertThat(ada.next()).isEqualTo(numbered(1));
        assertThat(there.next()).isEqualTo(numbered(1));

        there.call("group_send", "room", theirs(2));
        assertThat(ada.next()).isEqualTo(numbered(2));
        assertThat(there.next()).isEqualTo(numbered(2));

        done(here.send(bob, numbered(3)));
        assertThat(there.next()).isEqualTo(numbered(3));
        there.call("send", ada.channel(), theirs(4));
        assertThat(ada.next()).isEqualTo(numbered(4));

        there.call("group_discard", "room", bob);
        ada.close();
        done(here.groupSend("room", numbered(5)));
        done(here.send(bob, numbered(6)));
        assertThat(there.next()).isEqualTo(numbered(6));
        assertThat(there.waiting() + ada.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"core", "core keys"})
    void plainChannelsWorkInBothDirections(String settings) {
        ChannelLayer here = layer(settings);
        DjangoProcess there = django(settings);

        IntStream.range(0, 20).forEach(i -> there.call("send", "java", theirs(i)));
        IntStream.range(0, 20).forEach(i -> done(here.send("django", numbered(i))));
        there.call("listen", "django");

        for (int i = 0; i < 20; i++) {
            assertThat(done(here.receive("java"))).isEqualTo(numbered(i));
            assertThat(there.next()).isEqualTo(numbered(i));
        }
    }

    @Test
    void eachSideAddsTheOthersChannelsToGroups() {
        ChannelLayer here = layer("core");
        DjangoProcess there = django("core");
        Peer ada = Peer.of(here);
        String bob = there.listeningChannel();

        there.call("group_add", "room", ada.channel());
        done(here.groupAdd("room", bob));
        done(here.groupAdd("room", "jobs"));
        there.call("group_send", "room", theirs(1));
        done(here.groupSend("room", numbered(2)));

        assertThat(ada.next(2)).containsExactlyInAnyOrder(numbered(1), numbered(2));
        assertThat(List.of(there.next(), there.next())).containsExactly(numbered(1), numbered(2));
        assertThat(List.of(done(here.receive("jobs")), done(here.receive("jobs"))))
                .containsExactly(numbered(1), numbered(2));
    }

    @Test
    void manyMessagesArriveOnceAndInOrder() {
        int count = 500;
        ChannelLayer here = layer("core");
        DjangoProcess there = django("core");
        Peer ada = member(here, "room");
        String bob = there.listeningChannel();
        there.call("group_add", "room", bob);

        for (int i = 0; i < count; i++) {
            there.call("group_send", "room", theirs(i));
        }
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(here.groupSend("room", numbered(count + i)));
            if (sent.size() == 20) { // Django's queue holds 100 messages
                sent.forEach(PubSubRules::done);
                sent.clear();
                await().until(() -> redis.command("EXISTS", "asgi" + bob.substring(0, bob.indexOf('!') + 1))
                        .equals("0"));
            }
        }
        sent.forEach(PubSubRules::done);

        for (int i = 0; i < 2 * count; i++) {
            assertThat(ada.next()).isEqualTo(numbered(i));
            assertThat(there.next()).isEqualTo(numbered(i));
        }
    }
}
