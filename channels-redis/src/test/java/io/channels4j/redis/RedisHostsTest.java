package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisHostsTest {

    @Test
    void parsesOneHost() {
        RedisURI uri = RedisHosts.of("redis://ada:secret@example.com:7000/3")
                .hosts()
                .uris()
                .get(0);

        assertThat(uri.getHost()).isEqualTo("example.com");
        assertThat(uri.getPort()).isEqualTo(7000);
        assertThat(uri.getDatabase()).isEqualTo(3);
    }

    @Test
    void parsesSentinels() {
        RedisURI uri = RedisHosts.of("redis-sentinel://one:26379,two:26379/0#main")
                .hosts()
                .uris()
                .get(0);

        assertThat(uri.getSentinels()).extracting(RedisURI::getHost).containsExactly("one", "two");
        assertThat(uri.getSentinelMasterId()).isEqualTo("main");
    }

    @Test
    void parsesNodesOfCluster() {
        RedisHosts hosts = RedisHosts.of("rediss-cluster://ada:secret@one:7000,two:7001");

        assertThat(hosts.hosts().cluster()).isTrue();
        assertThat(hosts.hosts().uris()).extracting(RedisURI::getHost).containsExactly("one", "two");
        assertThat(hosts.hosts().uris()).allMatch(RedisURI::isSsl);
    }

    @Test
    void hidesPasswordOfMalformedUrl() {
        assertThatThrownBy(() -> RedisHosts.of("http://ada:secret@example.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://***@example.com")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void rejectsNoHostAndAClusterWithAnotherHost() {
        assertThatThrownBy(RedisHosts::of).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RedisHosts.of("redis-cluster://one", "redis://two"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one URL");
    }

    @Test
    void rejectsNonPositiveDurations() {
        RedisHosts hosts = RedisHosts.of("redis://localhost");

        assertThatThrownBy(() -> hosts.withTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hosts.withReconnectDelay(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
