package io.channels4j.benchmarks.redis;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.RedisChannelLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * A sender and several receivers that use the queue layer. Each has its own layer. The callbacks run on a pool with one
 * thread per layer.
 */
final class QueueLayers implements QueueRoundTrips.Contender {

    private static final String PING = "ping";
    private static final String PONG = "pong";

    private final ExecutorService loops;
    private final ChannelLayer layer;
    private final List<ChannelLayer> others = new ArrayList<>();
    private final LongAdder received = new LongAdder();
    private volatile RoundTrips.Replies replies = number -> {};
    private volatile boolean replying;

    /**
     * Creates the layers.
     *
     * @param receivers the number of receiving layers; only the first one replies
     */
    QueueLayers(String url, int receivers) {
        loops = Executors.newFixedThreadPool(receivers + 1, QueueLayers::daemon);
        layer = RedisChannelLayer.create(url);
        for (int i = 0; i < receivers; i++) {
            ChannelLayer other = RedisChannelLayer.create(url);
            others.add(other);
            boolean first = i == 0;
            join(other, PING, message -> {
                received.increment();
                if (first && replying) {
                    var unused = other.groupSend(PONG, message);
                }
            });
        }
        join(layer, PONG, message -> replies.reply(message.getLong("i")));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "event-loop");
        thread.setDaemon(true);
        return thread;
    }

    private void join(ChannelLayer to, String group, Consumer<Message> handler) {
        Member member = new Member(handler);
        member.subscription = to.subscribe(loops, member::message);
        to.groupAdd(group, member.subscription.channel()).toCompletableFuture().join();
    }

    private static final class Member {

        private final Consumer<Message> handler;
        private volatile Subscription subscription;

        @SuppressWarnings("NullAway") // set before the member joins
        Member(Consumer<Message> handler) {
            this.handler = handler;
        }

        void message(Message message) {
            subscription.consumed();
            handler.accept(message);
        }
    }

    @Override
    public String name() {
        return "queue layer";
    }

    @Override
    public void send(long number) {
        var unused = layer.groupSend(PING, Message.of("n").with("i", number));
    }

    @Override
    public void onReply(RoundTrips.Replies callback) {
        replies = callback;
    }

    @Override
    public void replying(boolean on) {
        replying = on;
    }

    @Override
    public long received() {
        return received.sum();
    }

    @Override
    public void close() {
        layer.close();
        others.forEach(ChannelLayer::close);
        loops.shutdown();
    }
}
