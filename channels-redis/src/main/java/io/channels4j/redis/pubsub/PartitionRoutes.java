package io.channels4j.redis.pubsub;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Which host has which partition. Changed on the loop, read from any thread. */
interface PartitionRoutes {

    /** Starts to connect; on the loop. */
    void open();

    /** Returns a partition's host, or null while none is known. */
    @Nullable
    PubSubHost link(int partition);

    Collection<PubSubHost> links();

    /** Tells whether it is known at all which hosts there are, or that it cannot be known at present. */
    boolean isTried();

    /** Looks again which host has what, soon; on the loop. */
    void refresh();

    /** Closes all links; on the loop. Completes when that is done. */
    CompletionStage<Void> close();

    /** Why no host is known, or null. */
    @Nullable
    Throwable why();
}
