package io.channels4j.testing;

import io.channels4j.Message;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.engine.LayerControl;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerStatus;
import io.channels4j.layer.Subscriber;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A layer that delegates all calls to another one. Subclasses override some of them. */
abstract class DelegatingLayer extends ControlOwner implements ChannelLayer {

    /** The layer that receives the calls. */
    final ChannelLayer layer;

    DelegatingLayer(ChannelLayer layer) {
        this.layer = layer;
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
    public CompletionStage<Message> receive(String channel) {
        return layer.receive(channel);
    }

    @Override
    public CompletionStage<Delivery> take(String channel) {
        return layer.take(channel);
    }

    @Override
    public boolean redelivers() {
        return layer.redelivers();
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
    public CompletionStage<Integer> memberCount(String group) {
        return layer.memberCount(group);
    }

    @Override
    public Subscription subscribe(Executor home, Subscriber subscriber) {
        return layer.subscribe(home, subscriber);
    }

    @Override
    protected ControlMessages control() {
        return LayerControl.of(layer);
    }

    @Override
    public LayerStatus status() {
        return layer.status();
    }

    @Override
    public CompletionStage<Void> flush() {
        return layer.flush();
    }

    @Override
    public void close() {
        layer.close();
    }

    @Override
    public CompletionStage<Void> closeAsync() {
        return layer.closeAsync();
    }
}
