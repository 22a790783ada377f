package io.channels4j.docs;

import io.channels4j.Application;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.redis.RedisChannelLayer;
import io.channels4j.redis.RedisPubSubChannelLayer;
import io.channels4j.worker.Worker;
import java.time.Duration;

/** The code in docs/redis.md. */
final class RedisExample {

    private RedisExample() {}

    static void twoLayers() {
        // @start region="layers"
        ChannelLayer rooms = RedisPubSubChannelLayer.create("redis://localhost:6379");
        ChannelLayer work = RedisChannelLayer.create("redis://localhost:6379");
        // @end
        rooms.close();
        work.close();
    }

    static Worker worker(Application application, ChannelLayer layer) {
        // @start region="worker"
        Worker worker = Worker.builder(application, layer)
                .concurrency("thumbnails", 4)
                .atLeastOnce(5, Duration.ofSeconds(1))
                .start();
        // @end
        return worker;
    }

    static NettyServer shutdown(Application application, Worker worker, ChannelLayer layer) {
        // @start region="shutdown"
        NettyServer server =
                NettyServer.builder(application).channelLayer(layer).start().alsoClose(worker, layer);
        // @end
        return server;
    }

    static ChannelLayer confirmed() {
        // @start region="confirmed"
        ChannelLayer layer = RedisChannelLayer.builder("redis-sentinel://one:26379,two:26379,three:26379/0#main")
                .confirmedByReplicas(1, Duration.ofSeconds(1))
                .build();
        // @end
        return layer;
    }
}
