package io.channels4j.docs;

import io.channels4j.Application;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProgressSettings;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import java.time.Duration;

/** The code in docs/server.md and docs/limits.md. */
final class ServerExample {

    private ServerExample() {}

    static NettyServer start(Application application, ChannelLayer layer) {
        // @start region="settings"
        NettyServer server = NettyServer.builder(application)
                .channelLayer(layer)
                .host("0.0.0.0")
                .port(8000)
                .limits(ServerLimits.defaults().withMaxConnections(50_000))
                .timeouts(ServerTimeouts.defaults().withDrainDelay(Duration.ofSeconds(5)))
                .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "10.0.0.0/8"))
                .start();
        // @end
        return server;
    }

    static NettyServer startForSlowClients(Application application) {
        // @start region="progress"
        NettyServer server = NettyServer.builder(application)
                .outbound(OutboundSettings.defaults()
                        .withProgress(ProgressSettings.defaults().withStall(Duration.ofSeconds(60))))
                .start();
        // @end
        return server;
    }
}
