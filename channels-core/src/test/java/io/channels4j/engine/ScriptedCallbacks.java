package io.channels4j.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.channels4j.Broadcast;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A consumer and a protocol whose behaviour is set by the test. It records every call. */
final class ScriptedCallbacks implements Callbacks, ConsumerProtocol {

    static final Function<Throwable, CompletionStage<Void>> FAIL = CompletableFuture::failedFuture;
    static final Function<Throwable, CompletionStage<Void>> CONTINUE = failure -> Stages.done();

    volatile ChannelLayer layer = InMemoryChannelLayer.create();
    volatile Set<String> groups = Set.of();
    volatile Function<Event, CompletionStage<Void>> onEvent = event -> Stages.done();
    volatile Function<Message, CompletionStage<Void>> onMessage = message -> Stages.done();
    volatile Function<Throwable, CompletionStage<Void>> onError = FAIL;
    volatile Function<Disconnect, CompletionStage<Void>> onDisconnect = why -> Stages.done();
    volatile Function<Broadcast, @Nullable Event> onBroadcast =
            broadcast -> new Note(new String(broadcast.bytes(), UTF_8));
    volatile boolean waitsForBroadcasts;
    volatile int payloadBytes;
    volatile @Nullable Event notice;

    final List<Event> refused = new CopyOnWriteArrayList<>();

    private final List<String> calls = new CopyOnWriteArrayList<>();

    /**
     * Returns the calls so far. Events and messages are listed by name, {@code error} and {@code disconnect} with the
     * reason.
     */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns the reasons passed to {@code disconnect}. */
    List<String> disconnects() {
        return calls.stream()
                .filter(call -> call.startsWith("disconnect "))
                .map(call -> call.substring("disconnect ".length()))
                .toList();
    }

    @Override
    public Class<?> consumerClass() {
        return ScriptedCallbacks.class;
    }

    @Override
    public ChannelLayer layer() {
        return layer;
    }

    @Override
    public Set<String> groups() {
        return groups;
    }

    @Override
    public CompletionStage<Void> event(Event event) {
        calls.add(event instanceof Note note ? note.text() : event.type());
        return onEvent.apply(event);
    }

    @Override
    public CompletionStage<Void> message(Message message) {
        calls.add(message.type());
        return onMessage.apply(message);
    }

    @Override
    public CompletionStage<Void> error(Throwable failure, Event during) {
        calls.add("error " + failure.getMessage() + " during " + during.type());
        return onError.apply(failure);
    }

    @Override
    public String method(Event event) {
        return "on " + event.type();
    }

    @Override
    public CompletionStage<Void> disconnect(Disconnect why) {
        calls.add("disconnect " + why.reason());
        return onDisconnect.apply(why);
    }

    @Override
    public ConsumerProtocol protocol() {
        return this;
    }

    @Override
    public Effect received(Event event) {
        if (event instanceof Last last) {
            return Effect.ends(Disconnect.of(last.why()));
        }
        return event.equals(new Note("final")) ? Effect.endsWhenHandled(Disconnect.of("handled")) : Effect.NONE;
    }

    @Override
    public int payloadBytes(Event event) {
        return payloadBytes;
    }

    @Override
    public Effect sent(Event event) {
        if (!(event instanceof Last last)) {
            return Effect.NONE;
        }
        return last.why().equals("complete") ? Effect.ends(Disconnect.of(last.why())) : Effect.LEAVES_GROUPS;
    }

    @Override
    public void refused(Event event) {
        refused.add(event);
    }

    @Override
    public Abort failed(Throwable failure) {
        return new Abort(Disconnect.of("aborted: " + failure.getMessage()), notice);
    }

    @Override
    public @Nullable Event broadcast(Broadcast broadcast) {
        return onBroadcast.apply(broadcast);
    }

    @Override
    public boolean waitsForBroadcasts() {
        return waitsForBroadcasts;
    }
}
