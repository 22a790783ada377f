package io.channels4j.behaviour;

import io.channels4j.Application;
import io.channels4j.consumer.Interceptor;
import io.channels4j.testing.WebsocketCommunicator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of the Javadoc of {@link Interceptor}. */
final class InterceptorSnippets {

    private InterceptorSnippets() {}

    // @start region=timing
    /** Logs slow callbacks. */
    static final class SlowCallbacks implements Interceptor {

        private static final Logger LOG = LoggerFactory.getLogger(SlowCallbacks.class);

        @Override
        public Interception start(Callback callback) {
            long start = System.nanoTime();
            return new Interception() {
                @Override
                public void completed(@Nullable Throwable failure) {
                    long millis = (System.nanoTime() - start) / 1_000_000;
                    if (millis > 100) {
                        LOG.info("{}.{} took {} ms", callback.consumer().getName(), callback.name(), millis);
                    }
                }
            };
        }
    }
    // @end

    static WebsocketCommunicator peer(Application application) {
        return WebsocketCommunicator.builder(application, "/")
                .interceptors(new SlowCallbacks())
                .build();
    }
}
