package io.channels4j.benchmarks.redis;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import io.channels4j.redis.RedisPubSubChannelLayer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Two participants that use the pub/sub layer. Each has its own layer and event loop, like a server process. */
final class PubSubLayers implements RoundTrips.Contender {

    private static final String PING = "ping";
    private static final String PONG = "pong";

    private final ExecutorService loops = Executors.newSingleThreadExecutor(PubSubLayers::daemon);
    private final ExecutorService otherLoops = Executors.newSingleThreadExecutor(PubSubLayers::daemon);
    private final ChannelLayer layer;
    private final ChannelLayer otherLayer;
    private volatile RoundTrips.Replies replies = number -> {};

    PubSubLayers(String url) {
        layer = RedisPubSubChannelLayer.create(url);
        otherLayer = RedisPubSubChannelLayer.create(url);
        join(otherLayer, otherLoops, PING, message -> {
            var unused = otherLayer.groupSend(PONG, message);
        });
        join(layer, loops, PONG, message -> replies.reply(message.getLong("i")));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "event-loop");
        thread.setDaemon(true);
        return thread;
    }

    private static void join(ChannelLayer layer, ExecutorService loop, String group, Consumer<Message> handler) {
        Member member = new Member(handler);
        member.subscription = layer.subscribe(loop, member::message);
        layer.groupAdd(group, member.subscription.channel())
                .toCompletableFuture()
                .join();
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
        return "pub/sub layer";
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
    public void close() {
        layer.close();
        otherLayer.close();
        loops.shutdown();
        otherLoops.shutdown();
    }
}
