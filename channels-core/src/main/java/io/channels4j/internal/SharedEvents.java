package io.channels4j.internal;

import java.lang.reflect.Type;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The base class of messages. It stores the message's footprint and the outgoing events that the receivers of the message share.
 * Each event is therefore normally created and encoded once per process. The static methods are for layers and for the
 * base consumers of the protocols.
 *
 * <p>An event is identified by the value that it carries and by a form, such as the mapper that encoded the value.
 *
 * <p><b>Threads.</b> Thread-safe and lock-free. If several threads share equivalent events at the same time, all of them get the same
 * event.
 */
public abstract class SharedEvents {

    /**
     * The maximum number of stored events. A message is usually sent in one or two forms. Beyond the maximum, the
     * earlier events are discarded.
     */
    private static final int MAX_EVENTS = 4;

    private static final AtomicReferenceFieldUpdater<SharedEvents, @Nullable Shared> LATEST =
            AtomicReferenceFieldUpdater.newUpdater(SharedEvents.class, Shared.class, "latest");

    private static final AtomicReferenceFieldUpdater<SharedEvents, @Nullable Footprint> FOOTPRINT =
            AtomicReferenceFieldUpdater.newUpdater(SharedEvents.class, Footprint.class, "footprint");

    private volatile @Nullable Shared latest;

    /** Null until the message is first measured. */
    private volatile @Nullable Footprint footprint;

    /** The key of the messages that replace each other while they wait, or null. */
    private final @Nullable LatestKey latestKey;

    private record Shared(
            Object value,
            Object form,
            Object event,
            @Nullable Shared earlier,
            int count) {}

    /**
     * Creates a message without shared events.
     *
     * @param latestKey the key of the messages that replace each other while they wait, or null
     */
    protected SharedEvents(@Nullable LatestKey latestKey) {
        this.latestKey = latestKey;
    }

    /**
     * Returns the key of the messages that replace each other while they wait for a receiver.
     *
     * @param message the message
     * @return the key, or null if the message replaces no other
     */
    public static @Nullable LatestKey latestKey(SharedEvents message) {
        return message.latestKey;
    }

    /**
     * Returns true if a value belongs to the message and does not change. Receivers may share an event that carries
     * such a value.
     *
     * @param value the value
     * @return true for the message itself and for its payload in any form
     */
    protected abstract boolean owns(Object value);

    /**
     * Returns a copy of the message with a key that belongs to a group or channel.
     *
     * @param target the name of the group or channel
     * @param name the application's name of the key
     * @return the copy, of the same class
     */
    protected abstract SharedEvents sentTo(String target, String name);

    /**
     * Estimates the heap that the message retains, in bytes. This method may call the payload's getters.
     *
     * @return the estimate
     */
    protected abstract long measure();

    /**
     * Binds the JSON form of the payload to a type.
     *
     * @param target the type
     * @return the value; usually the same object for consecutive calls with the same type
     */
    protected abstract Object bindTo(Type target);

    /**
     * Returns the message for a group or channel. Messages with a key are copied, because a key belongs to its group or channel.
     *
     * @param message the message
     * @param target the name of the group or channel
     * @param type the class of messages
     * @param <M> the class of messages
     * @return the message itself if it has no key
     */
    public static <M extends SharedEvents> M to(String target, M message, Class<M> type) {
        LatestKey key = latestKey(message);
        return key == null || key.target().equals(target) ? message : type.cast(message.sentTo(target, key.name()));
    }

    /**
     * Binds the JSON form of a message's payload to a type, even if the payload is already of this type. Receivers in
     * this process then get the same value as receivers in other processes.
     *
     * @param message the message
     * @param target the type
     * @return the value; usually the same object for consecutive calls with the same type
     */
    public static Object bind(SharedEvents message, Type target) {
        return message.bindTo(target);
    }

    /**
     * Returns the footprint of a message, which the first call measures.
     *
     * @param message the message
     * @param owner the owner of the footprint if this call measures it
     * @return the footprint
     */
    public static Footprint footprint(SharedEvents message, Object owner) {
        Footprint known = message.footprint;
        if (known == null) {
            FOOTPRINT.compareAndSet(message, null, new Footprint(owner, message.measure()));
            known = message.footprint;
        }
        return Objects.requireNonNull(known);
    }

    /**
     * Returns the event of the given class that carries the message itself.
     *
     * @param message the message
     * @param type the class of the event
     * @param maker a function that creates the event if no receiver has shared one yet
     * @param <M> the class of the message
     * @param <E> the class of the event
     * @return the event, which is normally the same for all receivers
     */
    public static <M extends SharedEvents, E> E of(M message, Class<E> type, Function<M, E> maker) {
        E shared = find(message, message, type, type);
        return shared == null ? share(message, message, type, maker.apply(message), type) : shared;
    }

    /**
     * Returns the event that an earlier receiver shared.
     *
     * @param message the message
     * @param value the value that the event carries, compared by identity
     * @param form the form of the event, compared by identity
     * @param type the class of events of this form
     * @param <E> the class
     * @return the event, or null if there is none
     */
    public static <E> @Nullable E find(SharedEvents message, Object value, Object form, Class<E> type) {
        for (Shared shared = message.latest; shared != null; shared = shared.earlier()) {
            if (shared.value() == value && shared.form() == form) {
                return type.cast(shared.event());
            }
        }
        return null;
    }

    /**
     * Shares an event with the later receivers of a message if the message owns the event's value.
     *
     * @param message the message
     * @param value the value that the event carries
     * @param form the form of the event
     * @param event the event
     * @param type the class of events of this form
     * @param <E> the class
     * @return the given event, or an equivalent event that was shared earlier
     */
    public static <E> E share(SharedEvents message, Object value, Object form, E event, Class<E> type) {
        if (!message.owns(value)) {
            return event;
        }
        while (true) {
            Shared before = message.latest;
            E other = find(message, value, form, type);
            if (other != null) {
                return other;
            }
            boolean full = before != null && before.count() >= MAX_EVENTS;
            Shared after = before == null || full
                    ? new Shared(value, form, event, null, 1)
                    : new Shared(value, form, event, before, before.count() + 1);
            if (LATEST.compareAndSet(message, before, after)) {
                return event;
            }
        }
    }
}
