package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Configuration;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.Http2Settings;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ServerConfigurationTest {

    private static final Application NOTHING = (scope, receiver, sender) -> CompletableFuture.completedFuture(null);

    /** A table row in the manual: name, default, unit and meaning. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `(channels\\.server\\.[a-z0-9.-]+)` \\| ([^|]*) \\|", Pattern.MULTILINE);

    @Test
    void manualListsEverySetting() throws IOException {
        Set<String> names = ServerConfiguration.read(Configuration.of(Map.of()), NettyServer.builder(NOTHING))
                .names();

        assertThat(manual().keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void defaultsInManualAreTheDefaults() throws IOException {
        Map<String, String> defaults = new LinkedHashMap<>();
        manual().forEach((name, value) -> {
            if (value.startsWith("`")) {
                defaults.put(name, value.replace("`", ""));
            }
        });

        assertThat(defaults).hasSizeGreaterThan(25);
        assertThat(NettyServer.builder(NOTHING, Configuration.of(defaults)))
                .usingRecursiveComparison()
                .isEqualTo(NettyServer.builder(NOTHING));
    }

    @Test
    void startsWithSettingsOfEnvironment() {
        Configuration environment = Configuration.ofEnvironment(Map.of(
                "CHANNELS_SERVER_PORT", "0",
                "CHANNELS_SERVER_LIMITS_MESSAGE_BYTES", "64KiB",
                "CHANNELS_SERVER_PROXIES_TRUSTED", "10.0.0.0/8, unix",
                "CHANNELS_SERVER_PROXIES_HEADER", "forwarded",
                "CHANNELS_SERVER_HTTP2_ENABLED", "false"));

        NettyServerBuilder builder = NettyServer.builder(NOTHING, environment);

        assertThat(builder)
                .usingRecursiveComparison()
                .isEqualTo(NettyServer.builder(NOTHING)
                        .port(0)
                        .limits(ServerLimits.defaults().withMaxMessageBytes(64 << 10))
                        .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.FORWARDED, "10.0.0.0/8", "unix"))
                        .http2(Http2Settings.disabled()));
        try (NettyServer server = builder.start()) {
            assertThat(server.localAddress().getPort()).isPositive();
        }
    }

    @Test
    void callsOnBuilderReplaceConfiguredSettings() {
        Configuration configuration = Configuration.of(Map.of("channels.server.port", "1"));

        try (NettyServer server =
                NettyServer.builder(NOTHING, configuration).port(0).start()) {
            assertThat(server.localAddress().getPort()).isGreaterThan(1);
        }
    }

    @Test
    void errorNamesSettingAndOrigin() {
        assertThatThrownBy(() -> builder("channels.server.port", "http"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channels.server.port: \"http\" from property channels.server.port"
                        + " (expected: a whole number)");
        assertThatThrownBy(() -> builder("channels.server.outbound.policy", "drop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channels.server.outbound.policy: \"drop\" from property")
                .hasMessageContaining("one of disconnect, drop-newest, drop-oldest");
        assertThatThrownBy(() -> builder("channels.server.limits.max-message-bytes", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown setting (expected: channels.server.limits.message-bytes)");
        assertThatThrownBy(() -> builder("channels.server.tls.certificate", "server.pem"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channels.server.tls.private-key: missing");
    }

    @Test
    void onlyLimitsMayBeUnlimited() {
        assertThat(builder("channels.server.limits.connections", "unlimited"))
                .usingRecursiveComparison()
                .isEqualTo(NettyServer.builder(NOTHING));
        assertThatThrownBy(() -> builder("channels.server.transport.event-loop-threads", "unlimited"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("(expected: a whole number)");
        assertThatThrownBy(() -> builder("channels.server.limits.message-bytes", "4GiB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 2147483647");
    }

    @Test
    void zeroDisablesNotificationsAndPings() {
        assertThat(builder("channels.server.timeouts.lifespan", "0"))
                .usingRecursiveComparison()
                .isEqualTo(NettyServer.builder(NOTHING)
                        .timeouts(ServerTimeouts.defaults().withLifespan(Duration.ZERO)));
        assertThat(builder("channels.server.timeouts.ping-interval", "0"))
                .usingRecursiveComparison()
                .isEqualTo(NettyServer.builder(NOTHING)
                        .timeouts(ServerTimeouts.defaults().withPingInterval(Duration.ZERO)));
    }

    private static NettyServerBuilder builder(String name, String value) {
        return NettyServer.builder(NOTHING, Configuration.of(Map.of(name, value)));
    }

    private static Map<String, String> manual() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "configuration.md")));
        while (row.find()) {
            rows.put(row.group(1), row.group(2).strip());
        }
        assertThat(new TreeSet<>(rows.keySet())).isNotEmpty();
        return rows;
    }
}
