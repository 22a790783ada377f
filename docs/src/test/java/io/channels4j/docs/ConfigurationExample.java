package io.channels4j.docs;

import io.channels4j.Application;
import io.channels4j.Configuration;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.redis.RedisPubSubChannelLayer;

/** The code in docs/configuration.md. */
final class ConfigurationExample {

    private ConfigurationExample() {}

    static NettyServer start(Application application) {
        // @start region="read"
        Configuration configuration = Configuration.ofSystemProperties().orElse(Configuration.ofEnvironment());
        ChannelLayer layer = RedisPubSubChannelLayer.builder(configuration).build();
        NettyServer server = NettyServer.builder(application, configuration)
                .channelLayer(layer)
                .start();
        // @end
        return server;
    }
}
