package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.support.RedisProcess;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisChannelLayerTest extends QueueRules {

    @Override
    RedisHosts hosts() {
        return RedisHosts.of(RedisProcess.shared().url());
    }

    private String keys() {
        return RedisProcess.shared().command("KEYS", prefix() + ":*");
    }

    @Test
    void closedLayersLeaveNoKey() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        List<Peer> members = IntStream.range(0, 1000)
                .mapToObj(i -> {
                    Peer peer = Peer.of(there);
                    there.groupAdd("room" + i % 300, peer.channel());
                    return peer;
                })
                .toList();
        done(there.groupAdd("last", members.get(0).channel()));
        IntStream.range(0, 300).forEach(i -> here.groupSend("room" + i, Message.of("hello")));
        done(here.groupSend("last", Message.of("hello")));
        assertThat(keys()).contains("room299");

        here.close();
        there.close();

        await().until(() -> keys().equals("[]"));
    }

    @Test
    void hidesNames() {
        RedisChannelLayer here = started(builder().hideNames("name secret"));
        Peer ada = member(here, "lobby");
        done(here.groupAdd("lobby", "jobs"));
        done(here.send("jobs", Message.of("hello")));

        assertThat(keys()).contains(":group:", ":queue:").doesNotContain("lobby", "jobs");
        assertThat(ada.waiting()).isZero();
    }

    @Test
    @DisplayName("P8: an encrypted message that was copied to another queue is dropped")
    void dropsACopyInAnotherQueue() {
        RedisChannelLayer here = started(builder().encryptionKeys("a secret of the site"));
        RedisChannelLayer there = started(builder().encryptionKeys("a secret of the site"));
        done(here.send("mail", Message.of("mail.send")));
        done(here.send("danger", Message.of("danger.one")));

        RedisProcess.shared().command("COPY", queue("mail"), queue("danger"), "REPLACE");
        done(here.send("danger", Message.of("danger.two")));

        assertThat(done(there.receive("danger"))).isEqualTo(Message.of("danger.two"));
        assertThat(done(there.receive("mail"))).isEqualTo(Message.of("mail.send"));
    }

    private String queue(String channel) {
        return Stream.of(keys().replaceAll("[\\[\\]]", "").split("[\\s,]+"))
                .filter(key -> key.endsWith(":queue:" + channel))
                .findFirst()
                .orElseThrow();
    }
}
