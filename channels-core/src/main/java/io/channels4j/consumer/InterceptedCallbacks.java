package io.channels4j.consumer;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.engine.Callbacks;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.MessageEvent;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Calls interceptors around the callbacks of one consumer. Consumers without interceptors do not use it. */
final class InterceptedCallbacks implements Callbacks {

    private final ConsumerCallbacks callbacks;
    private final Scope scope;
    private final Interceptors interceptors;

    private InterceptedCallbacks(ConsumerCallbacks callbacks, Scope scope, Interceptors interceptors) {
        this.callbacks = callbacks;
        this.scope = scope;
        this.interceptors = interceptors;
    }

    /** Returns the callbacks, inside the interceptors of their connection if it has any. */
    static Callbacks of(ConsumerCallbacks callbacks, Scope scope) {
        Interceptors interceptors = Interceptors.from(scope);
        return interceptors.isEmpty() ? callbacks : new InterceptedCallbacks(callbacks, scope, interceptors);
    }

    /** Returns the action of a timer, inside the interceptors of its connection if it has any. */
    static Supplier<? extends CompletionStage<?>> action(
            Scope scope, Class<?> consumer, Supplier<? extends CompletionStage<?>> action) {
        Interceptors interceptors = Interceptors.from(scope);
        return interceptors.isEmpty()
                ? action
                : () -> run(
                        interceptors,
                        new Interceptor.Callback(scope, consumer, "timer", "timer"),
                        () -> typed(action.get()));
    }

    @SuppressWarnings("unchecked") // the value is never used
    private static CompletionStage<Object> typed(CompletionStage<?> stage) {
        return (CompletionStage<Object>) stage;
    }

    private CompletionStage<Void> run(String name, String type, Supplier<CompletionStage<Void>> method) {
        return run(interceptors, new Interceptor.Callback(scope, callbacks.consumerClass(), name, type), method);
    }

    private static <T> CompletionStage<T> run(
            Interceptors interceptors, Interceptor.Callback callback, Supplier<CompletionStage<T>> method) {
        Interceptor.Interception interception = interceptors.start(callback);
        CompletionStage<T> stage;
        try {
            stage = method.get();
            if (stage == null) { // user code may be compiled without null checks
                throw new ChannelsException("%s.%s returned null (expected: a stage)"
                        .formatted(callback.consumer().getName(), callback.name()));
            }
        } catch (Throwable e) {
            interception.returned();
            interception.completed(e);
            throw e;
        }
        interception.returned();
        if (Stages.isDone(stage)) {
            interception.completed(null);
            return stage;
        }
        // the result depends on the interceptors, because the next callback must not start before they have completed
        return stage.whenComplete(
                (done, failure) -> interception.completed(failure == null ? null : Stages.unwrap(failure)));
    }

    @Override
    public CompletionStage<Void> event(Event event) {
        if (event instanceof MessageEvent delivered) {
            return message(delivered.message());
        }
        return run(CallbackName.known(consumerClass(), event.type()), event.type(), () -> callbacks.event(event));
    }

    @Override
    public CompletionStage<Void> message(Message message) {
        return run(callbacks.handlerName(message.type()), message.type(), () -> callbacks.message(message));
    }

    @Override
    public CompletionStage<Void> error(Throwable failure, Event during) {
        return run("onError", during.type(), () -> callbacks.error(failure, during));
    }

    @Override
    public CompletionStage<Void> disconnect(Disconnect why) {
        return run("disconnect", scope.type() + ".disconnect", () -> callbacks.disconnect(why));
    }

    @Override
    public Class<?> consumerClass() {
        return callbacks.consumerClass();
    }

    @Override
    public ConsumerProtocol protocol() {
        return callbacks.protocol();
    }

    @Override
    public ChannelLayer layer() {
        return callbacks.layer();
    }

    @Override
    public Set<String> groups() {
        return callbacks.groups();
    }

    @Override
    public String method(Event event) {
        return callbacks.method(event);
    }
}
