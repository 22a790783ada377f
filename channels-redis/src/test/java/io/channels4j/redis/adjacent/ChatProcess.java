package io.channels4j.redis.adjacent;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerListener;
import io.channels4j.redis.DjangoChannelLayer;
import io.channels4j.redis.DjangoPubSubChannelLayer;
import io.channels4j.redis.RedisChannelLayer;
import io.channels4j.redis.RedisHosts;
import io.channels4j.redis.RedisPubSubChannelLayer;
import io.channels4j.routing.Route;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Runs one version of the chat with the library of its class loader. */
public final class ChatProcess implements RunningChat {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final ChannelLayer layer;
    private final Application application;
    private final List<WebsocketCommunicator> sockets = new ArrayList<>();

    /** Starts the earlier or the later version on a kind of layer. */
    public ChatProcess(String version, String kind, String url) {
        layer = layer(kind, url, new Reports());
        this.application = URLRouter.of(
                version.equals("earlier")
                        ? Route.path("chat/", io.channels4j.redis.adjacent.earlier.ChatConsumer::new)
                        : Route.path("chat/", io.channels4j.redis.adjacent.later.ChatConsumer::new));
    }

    private static ChannelLayer layer(String kind, String url, LayerListener listener) {
        return switch (kind) {
            case "pubsub" ->
                RedisPubSubChannelLayer.builder(url).listener(listener).build();
            case "queues" -> RedisChannelLayer.builder(url).listener(listener).build();
            case "django-pubsub" ->
                DjangoPubSubChannelLayer.builder(RedisHosts.of(url))
                        .listener(listener)
                        .build();
            case "django-queues" ->
                DjangoChannelLayer.builder(RedisHosts.of(url))
                        .listener(listener)
                        .build();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private final class Reports implements LayerListener {

        @Override
        public void dropped(DropReason reason, long messages) {
            reports.add("dropped " + reason);
        }

        @Override
        public void gapPossible(int groups) {
            reports.add("gap " + groups);
        }

        @Override
        public void messagesLost(String target, long messages) {
            reports.add("lost " + target);
        }
    }

    @Override
    public int connect() {
        WebsocketCommunicator socket = WebsocketCommunicator.builder(application, "/chat/")
                .channelLayer(layer)
                .timeout(LIMIT)
                .build();
        if (!socket.connect().accepted()) {
            throw new IllegalStateException("refused");
        }
        sockets.add(socket);
        return sockets.size() - 1;
    }

    @Override
    public void send(int socket, String text) {
        sockets.get(socket).sendTo(text);
    }

    @Override
    public String receive(int socket) {
        return sockets.get(socket).receiveFrom();
    }

    @Override
    public boolean receivesNothing(int socket) {
        return sockets.get(socket).receiveNothing();
    }

    @Override
    public void sendWork(String type, String text, int delay) {
        done(layer.sendLater("jobs", Message.of(type).with("text", text), Duration.ofMillis(delay)));
    }

    @Override
    public String takeWork() {
        Delivery delivery = done(layer.take("jobs"));
        delivery.acknowledge();
        return delivery.message().type() + " " + delivery.message().getString("text");
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public List<String> reports() {
        return reports;
    }

    @Override
    public void close() {
        sockets.forEach(WebsocketCommunicator::close);
        layer.close();
    }
}
