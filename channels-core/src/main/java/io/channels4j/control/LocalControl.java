package io.channels4j.control;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The control receivers in this process, by group. Messages are passed to the receivers directly and never wait.
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while a receiver is called.
 */
public final class LocalControl {

    private final Map<String, List<ControlReceiver>> receivers = new ConcurrentHashMap<>();
    private volatile Consumer<String> changed = group -> {};
    private volatile @Nullable Remote remote;
    private volatile boolean closed;

    /** Receives the control messages of other processes. */
    interface Remote {

        /** Receives a message. Must not block. */
        void received(String group, Message message);

        /** Called when the receivers have been removed. */
        void closed();
    }

    /** Creates an instance without receivers. */
    public LocalControl() {}

    /** Sets the listener for groups that gain their first receiver or lose their last one. */
    public void onChange(Consumer<String> listener) {
        changed = listener;
    }

    /** Sets the receiver for messages from other processes. */
    void onRemote(Remote receiver) {
        remote = receiver;
    }

    /** Returns true if messages are no longer accepted. */
    boolean isClosed() {
        return closed;
    }

    /** Adds a receiver to a group. */
    public void add(String group, ControlReceiver receiver) {
        List<ControlReceiver> now = receivers.merge(group, List.of(receiver), LocalControl::concat);
        if (now.size() == 1) {
            changed.accept(group);
        }
    }

    private static List<ControlReceiver> concat(List<ControlReceiver> some, List<ControlReceiver> more) {
        List<ControlReceiver> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** Removes a receiver from a group, if present. */
    public void remove(String group, ControlReceiver receiver) {
        List<ControlReceiver> left = receivers.computeIfPresent(group, (name, all) -> {
            List<ControlReceiver> others = new ArrayList<>(all);
            others.remove(receiver);
            return others.isEmpty() ? null : List.copyOf(others);
        });
        if (left == null) {
            changed.accept(group);
        }
    }

    /** Returns the number of receivers in a group. */
    public int size(String group) {
        return receivers.getOrDefault(group, List.of()).size();
    }

    /** Passes a message to the receivers of a group. Completes when all of them have handled it. */
    public CompletionStage<Void> send(String group, Message message) {
        if (closed) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "control message %s: the layer is closed; nothing was sent".formatted(message.type())));
        }
        CompletionStage<Void> handled = Stages.done();
        for (ControlReceiver receiver : receivers.getOrDefault(group, List.of())) {
            handled = Stages.both(handled, receive(receiver, message));
        }
        return handled;
    }

    /**
     * Passes on a message from another process. Does not wait for the receivers. They therefore do not delay later
     * messages.
     */
    public CompletionStage<Void> received(String group, Message message) {
        Remote receiver = remote;
        if (receiver != null) {
            receiver.received(group, message);
        }
        return Stages.done();
    }

    private static CompletionStage<Void> receive(ControlReceiver receiver, Message message) {
        try {
            return receiver.receive(message);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(
                    new ChannelsException("control message %s: the receiver failed".formatted(message.type()), e));
        }
    }

    /** Notifies the receivers of a group that messages may have been lost. */
    public void missed(String group) {
        receivers.getOrDefault(group, List.of()).forEach(ControlReceiver::missed);
    }

    /** Removes all receivers. Later sends fail. */
    public void close() {
        closed = true;
        receivers.clear();
        Remote receiver = remote;
        if (receiver != null) {
            receiver.closed();
        }
    }
}
