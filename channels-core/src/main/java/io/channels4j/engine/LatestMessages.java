package io.channels4j.engine;

import io.channels4j.Message;
import io.channels4j.internal.LatestKey;
import io.channels4j.internal.SharedEvents;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The messages with a key that wait for one consumer. Each has a place in the mailbox, which contains the first message that was posted for
 * the place. A later message with the same key takes the place, or leaves it empty if it has to follow messages without a key.
 *
 * <p><b>Threads.</b> Messages are added on the connection's executor and taken on the consumer's.
 */
final class LatestMessages {

    /** Guarded by this, like the next field. */
    private final Map<LatestKey, Place> byKey = new HashMap<>();

    /** In the order of the mailbox. */
    private final Deque<Place> places = new ArrayDeque<>();

    /** The number of messages without a key, which may overflow. Confined to the connection's executor. */
    private int others;

    private static final class Place {

        final Message posted;
        final int others;

        /** The message to handle, or null if it has a later place. */
        @Nullable
        Message latest;

        Place(Message posted, int others) {
            this.posted = posted;
            this.others = others;
            this.latest = posted;
        }
    }

    /** Records that a message without a key follows the messages that wait. */
    void passed() {
        others++;
    }

    /** Replaces a message with the same key if no message without a key follows it. Returns false if it cannot. */
    synchronized boolean replace(Message message, Predicate<Message> accept) {
        Place place = byKey.get(SharedEvents.latestKey(message));
        if (place == null || place.others != others || !accept.test(Objects.requireNonNull(place.latest))) {
            return false;
        }
        place.latest = message;
        return true;
    }

    /** Adds a message that is about to be posted. An earlier message with the same key will not be handled. */
    synchronized void add(Message message) {
        Place place = new Place(message, others);
        Place earlier = byKey.put(Objects.requireNonNull(SharedEvents.latestKey(message)), place);
        if (earlier != null) {
            earlier.latest = null;
        }
        places.add(place);
    }

    /** Removes the place of a posted message. Returns the message to handle, or null if it has a later place. */
    @SuppressWarnings("ReferenceEquality") // each place has the very message that was posted for it
    synchronized @Nullable Message take(Message posted) {
        for (Iterator<Place> each = places.iterator(); each.hasNext(); ) {
            Place place = each.next();
            if (place.posted == posted) {
                each.remove();
                if (place.latest != null) {
                    byKey.remove(SharedEvents.latestKey(posted));
                }
                return place.latest;
            }
        }
        return posted;
    }
}
