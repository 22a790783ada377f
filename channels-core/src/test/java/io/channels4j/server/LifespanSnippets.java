package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.routing.ProtocolTypeRouter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The example from the Javadoc of {@link LifespanHooks}. {@link LifespanTest} runs it. */
final class LifespanSnippets {

    private LifespanSnippets() {}

    static Application application(Application pages) {
        // @start region="pool"
        LifespanHooks hooks = LifespanHooks.blocking(
                state -> state.put("pool", Executors.newFixedThreadPool(4)),
                state -> ((ExecutorService) state.get("pool")).shutdown());

        Application application =
                ProtocolTypeRouter.builder().lifespan(hooks).http(pages).build();
        // @end
        return application;
    }
}
