package io.channels4j.redis;

import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.redis.queue.QueueTransport;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Gives the transport access to the group members in this process.
 *
 * @param process the name of this process
 * @param local the in-memory layer that delivers to the members
 * @param confirmed a function that returns a stage, which completes when other processes can reach a group's members in this process
 */
record LocalMember(String process, InMemoryChannelLayer local, Function<String, CompletionStage<Void>> confirmed)
        implements QueueTransport.Member {

    @Override
    public boolean hasMembers(String group) {
        return LocalDelivery.of(local).groupSize(group) > 0;
    }

    @Override
    public void missed(Set<String> groups) {
        Message gap = Message.of(ChannelLayer.GAP);
        groups.forEach(group -> LocalDelivery.of(local).missed(group, gap));
    }

    @Override
    public CompletionStage<Void> groupMessage(String group, Message message, Set<String> except) {
        return LocalDelivery.of(local).groupSend(group, message, except);
    }

    @Override
    public CompletionStage<Void> channelMessage(String channel, Message message) {
        return local.send(channel, message);
    }

    @Override
    public void missedByChannel(String channel) {
        LocalDelivery.of(local).missedByChannel(channel);
    }

    @Override
    public CompletionStage<Void> joined(String group, String channel) {
        return local.groupAdd(group, channel).thenCompose(nothing -> confirmed.apply(group));
    }

    @Override
    public CompletionStage<Void> left(String group, String channel) {
        return local.groupDiscard(group, channel);
    }
}
