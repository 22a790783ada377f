package io.channels4j.netty.soak;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The main class of a forked process with the server under attack, which has default settings. It writes reports to standard
 * output, in lines that start with {@link #PREFIX}. It drains and exits when its standard input ends or contains a byte.
 */
final class SoakServer {

    static final String PREFIX = "soak: ";
    static final String FEED = "feed";

    private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);

    /**
     * The number of samples per full garbage collection. A full collection stops all threads, so not every sample includes one.
     */
    private static final int SAMPLES_PER_COLLECTION = 5;

    private static final Duration FEED_INTERVAL = Duration.ofMillis(100);
    private static final String EVENT = "e".repeat(16 * 1024);

    private int samples;

    private SoakServer() {}

    public static void main(String[] arguments) throws IOException {
        ErrorReporter.install();
        ChannelLayer layer = InMemoryChannelLayer.create();
        NettyServer server =
                NettyServer.builder(application()).channelLayer(layer).port(0).start();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        SoakServer reports = new SoakServer();
        every(timer, SAMPLE_INTERVAL, reports::sample);
        every(timer, FEED_INTERVAL, () -> layer.groupSend(FEED, Message.of("feed.event", new Text(EVENT))));
        report("port " + server.localAddress().getPort());
        System.in.read();

        timer.shutdownNow();
        long start = System.nanoTime();
        server.close();
        report("drained " + (System.nanoTime() - start) / 1_000_000);
        System.exit(0);
    }

    private static void every(ScheduledExecutorService timer, Duration interval, Runnable task) {
        timer.scheduleAtFixedRate(task, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        path("page", SoakConsumers.Page::new),
                        path("blocking", SoakConsumers.BlockingEcho::new),
                        path("stream", SoakConsumers.BlockingStream::new),
                        path("large", SoakConsumers.Large::new),
                        path("whole", SoakConsumers.Whole::new),
                        path("feed", SoakConsumers.Feed::new)))
                .websocket(URLRouter.of(
                        path("room/<str:room>", SoakConsumers.Room::new), path("echo", SoakConsumers.Echo::new)))
                .build();
    }

    /** The payload of the messages in the channel layer. */
    record Text(String text) {}

    private void sample() {
        boolean collects = samples++ % SAMPLES_PER_COLLECTION == 0;
        if (collects) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        long heap = collects ? runtime.totalMemory() - runtime.freeMemory() : -1;
        report("sample %d %d %d"
                .formatted(
                        heap, directBytes(), ManagementFactory.getThreadMXBean().getThreadCount()));
    }

    /** Returns the direct memory of Netty and of the JDK's buffers. */
    private static long directBytes() {
        long bytes = Math.max(0, PlatformDependent.usedDirectMemory());
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                bytes += pool.getMemoryUsed();
            }
        }
        return bytes;
    }

    static void report(String line) {
        System.out.println(PREFIX + line);
    }
}
