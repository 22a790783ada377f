package io.channels4j.redis.django;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.control.ControlTopics;
import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoKeys;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that change the members of groups. The memberships of this process's channels are kept in {@link DjangoMemberships}.
 *
 * <p><b>Threads.</b> Thread-safe, except {@link #renewControlGroups}, which must be called on the control thread.
 */
public final class DjangoGroups {

    private static final String CONTROL = "control.";

    private final DjangoKeys keys;
    private final String controlPrefix;
    private final List<DjangoHost> hosts;
    private final byte[] expiry;
    private final DjangoMemberships memberships;
    private final DjangoTransport.Member member;
    private final ControlThread thread;
    private volatile boolean closed;

    DjangoGroups(
            DjangoSettings settings,
            String process,
            List<DjangoHost> hosts,
            DjangoMemberships memberships,
            DjangoTransport.Member member,
            ControlThread thread) {
        this.keys = settings.keys();
        this.controlPrefix = process + CONTROL;
        this.hosts = hosts;
        this.expiry = bytes(DjangoSettings.text(settings.limits().groupExpiry()));
        this.memberships = memberships;
        this.member = member;
        this.thread = thread;
    }

    /** Returns the number of groups with members in this process, without control groups. */
    public int size() {
        return memberships.size();
    }

    /**
     * Adds a channel of this process to a group. Completes when Redis has confirmed the membership, or immediately while Redis is
     * unreachable.
     *
     * @param permanent whether the membership lasts until the channel is closed
     */
    public CompletableFuture<Void> join(String group, String channel, boolean permanent) {
        return change(() -> member.isOpen(channel) ? memberships.add(group, channel, permanent) : Stages.done());
    }

    /** Removes a channel of this process from a group. */
    public CompletableFuture<Void> leave(String group, String channel) {
        return change(() -> memberships.remove(group, channel));
    }

    /** Removes a closed channel of this process from all groups. */
    public void closed(String channel) {
        Stages.ignore(change(() -> {
            memberships.removeAll(channel);
            return Stages.done();
        }));
    }

    /** Adds a channel of another process, or a plain channel, to a group. */
    public CompletableFuture<Void> addOther(String group, String channel) {
        return hosts.get(keys.hostOf(group))
                .run(DjangoScript.ADD_TO_GROUP, List.of(keys.group(group)), expiry, bytes(0), bytes(channel))
                .thenAccept(added -> {});
    }

    /** Removes a channel of another process, or a plain channel, from a group. */
    public CompletableFuture<Void> removeOther(String group, String channel) {
        return hosts.get(keys.hostOf(group))
                .send(to -> to.zrem(bytes(keys.group(group)), bytes(channel)))
                .thenAccept(removed -> {});
    }

    /** Must be called when a control group may have gained its first receiver in this process or lost its last one. */
    public void controlChanged(String group) {
        Stages.ignore(controlConfirmed(group));
    }

    /** Completes when other processes can reach the receivers of a control group, or immediately while Redis is unreachable. */
    public CompletableFuture<Void> controlConfirmed(String group) {
        return change(() -> member.hasReceivers(group)
                ? memberships.add(group, controlPrefix + group, true)
                : memberships.remove(group, controlPrefix + group));
    }

    /** Returns the control group that a channel of this process receives from, or null if there is none. */
    @Nullable
    String controlGroup(String channel) {
        return channel.startsWith(controlPrefix) ? channel.substring(controlPrefix.length()) : null;
    }

    /** Renews the memberships in control groups, which last for one lease. */
    void renewControlGroups() {
        memberships.groups().stream()
                .filter(ControlTopics::isControl)
                .forEach(group -> Stages.ignore(memberships.add(group, controlPrefix + group, true)));
    }

    /** Runs a change on the control thread, unless this is closed. */
    private CompletableFuture<Void> change(Supplier<CompletableFuture<Void>> change) {
        if (closed) {
            return Stages.done();
        }
        CompletableFuture<Void> changed = new CompletableFuture<>();
        thread.execute(() -> Stages.relay(closed ? Stages.done() : change.get(), changed));
        return changed;
    }

    /** Makes later changes of this process's memberships complete without an effect. */
    void close() {
        closed = true;
    }
}
