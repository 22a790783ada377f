package io.channels4j.worker;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** A layer whose first receives fail, by turns at the call and by the stage. */
final class FlakyLayer implements ChannelLayer {

    private final ChannelLayer layer;
    private final AtomicInteger failures;

    FlakyLayer(ChannelLayer layer, int failures) {
        this.layer = layer;
        this.failures = new AtomicInteger(failures);
    }

    @Override
    public CompletionStage<Message> receive(String channel) {
        int left = failures.getAndDecrement();
        if (left <= 0) {
            return layer.receive(channel);
        }
        LayerUnavailableException failure = new LayerUnavailableException("receive: out of reach", null);
        if (left % 2 == 0) {
            throw failure;
        }
        return CompletableFuture.failedFuture(failure);
    }

    /** Returns how many receives are still to fail; below zero when one more has worked. */
    int failuresLeft() {
        return failures.get();
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        return layer.send(channel, message);
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration delay) {
        return layer.sendLater(channel, message, delay);
    }

    @Override
    public CompletionStage<String> newChannel() {
        return layer.newChannel();
    }

    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        return layer.groupAdd(group, channel);
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        return layer.groupDiscard(group, channel);
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        return layer.groupSend(group, message, exceptChannels);
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        return layer.subscribe(home, subscriber);
    }

    @Override
    public CompletionStage<Void> flush() {
        return layer.flush();
    }

    @Override
    public void close() {
        layer.close();
    }
}
