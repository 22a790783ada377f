package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.consumer.Handles;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.routing.ChannelNameRouter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The example from the Javadoc of {@link Worker}. {@link WorkerTest} runs it. */
final class WorkerSnippets {

    static final Queue<String> SHRUNK = new ConcurrentLinkedQueue<>();

    private WorkerSnippets() {}

    // @start region="thumbnails"
    record Picture(String path) {}

    static final class ThumbnailConsumer extends SyncConsumer {

        @Handles("thumbnail.make")
        void make(Picture picture) {
            shrink(picture.path()); // may block: this runs on a worker thread
        }
    }

    static Worker start(ChannelLayer layer) {
        Application application = ChannelNameRouter.builder()
                .channel("thumbnails", ThumbnailConsumer::new)
                .build();
        return Worker.builder(application, layer).concurrency("thumbnails", 4).start();
    }
    // @end

    private static void shrink(String path) {
        SHRUNK.add(path);
    }
}
