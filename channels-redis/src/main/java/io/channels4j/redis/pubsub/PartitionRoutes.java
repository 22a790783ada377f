package io.channels4j.redis.pubsub;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The host of each partition. Changed on the control thread, read from any thread. */
interface PartitionRoutes {

    /** Starts connecting. Called on the control thread. */
    void open();

    /** Returns the host of a partition, or null while it is unknown. */
    @Nullable
    PubSubHost host(int partition);

    Collection<PubSubHost> hosts();

    /** Returns true if the first attempt to look up and connect to the hosts has ended. */
    boolean isAttempted();

    /** Looks up the host of each partition again after a pause. Called on the control thread. */
    void refresh();

    /** Closes all hosts. The stage completes when they are closed. Called on the control thread. */
    CompletionStage<Void> close();

    /** Returns why hosts are unknown or not connected, or null if all are connected. */
    @Nullable
    Throwable failure();

    /** Returns the failure of the first host that has one, or null if there is none. */
    static @Nullable Throwable firstFailure(Collection<PubSubHost> hosts) {
        for (PubSubHost host : hosts) {
            Throwable failure = host.failure();
            if (failure != null) {
                return failure;
            }
        }
        return null;
    }
}
