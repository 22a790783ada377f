package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ServerTimeouts;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** Tests that time-outs of any length are accepted. */
class EndlessTimeoutsTest {

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    @Test
    void serverWithEndlessTimeoutsServesAndStops() {
        ServerTimeouts endless = ServerTimeouts.defaults()
                .withHandshake(FOREVER)
                .withPingInterval(FOREVER)
                .withPingTimeout(FOREVER)
                .withClose(FOREVER)
                .withIdle(FOREVER)
                .withApplicationClose(FOREVER)
                .withStuckCallback(FOREVER)
                .withLifespan(FOREVER)
                .withDrain(FOREVER);
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .timeouts(endless)
                        .outbound(OutboundSettings.defaults().withMaxAge(FOREVER))
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            client.text("hello");

            assertThat(client.frame().text()).isEqualTo("hello");
            client.closeFrame(1000, "");
            assertThat(client.frame().closeCode()).isEqualTo(1000);
        }
    }
}
