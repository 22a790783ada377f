package io.channels4j.testing.contract;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;

/** The layer under test, as seen by the rules. */
public interface ContractSubject {

    /** Creates a layer that shares no message and no group with other layers. */
    ChannelLayer createLayer(LayerSettings settings);

    /**
     * Creates a layer that reaches the same channels and groups from another process. For a layer limited to one
     * process, returns it.
     */
    ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings);

    /** Advances the layer's clock. */
    void passTime(Duration time);

    /** Returns how long a rule waits before it concludes that no message will arrive. */
    Duration quietTime();

    /** Returns true if plain channels keep messages for any process. */
    boolean hasQueues();

    /** Returns true if the layer supports delayed sends. */
    boolean hasDelayedSends();

    /** Returns true if memberships of pulled channels expire. */
    boolean hasGroupExpiry();

    /** Returns true if the layer redelivers unacknowledged messages. */
    boolean hasRedelivery();

    /** Returns true if a plain channel is one queue with one order and one capacity. */
    boolean hasQueueOrder();

    /** Returns true if names may contain any character that is allowed in general. */
    boolean hasAnyName();

    /** Returns true if payloads may be any JSON value, and messages may be broadcasts. */
    boolean hasAnyPayload();
}
