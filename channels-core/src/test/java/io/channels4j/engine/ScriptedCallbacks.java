package io.channels4j.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.channels4j.Broadcast;
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

/** A consumer that notes what is called and does what a test tells it; a connection's end is a word. */
final class ScriptedCallbacks implements Callbacks<String> {

    static final Function<Throwable, CompletionStage<Void>> GIVE_UP = CompletableFuture::failedFuture;
    static final Function<Throwable, CompletionStage<Void>> CARRY_ON = failure -> Stages.done();

    volatile ChannelLayer layer = InMemoryChannelLayer.create();
    volatile Set<String> groups = Set.of();
    volatile Function<Event, CompletionStage<Void>> onEvent = event -> Stages.done();
    volatile Function<Message, CompletionStage<Void>> onMessage = message -> Stages.done();
    volatile Function<Throwable, CompletionStage<Void>> onError = GIVE_UP;
    volatile Function<String, CompletionStage<Void>> onDisconnect = why -> Stages.done();
    volatile Function<Broadcast, @Nullable Event> onBroadcast =
            broadcast -> new Note(new String(broadcast.bytes(), UTF_8));
    volatile boolean waitsForBroadcasts;
    volatile @Nullable Event farewell;

    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** Returns what was called so far: events and messages by name, {@code error} and {@code disconnect} with their reason. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns the reasons that {@code disconnect} was called with. */
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
    public CompletionStage<Void> disconnect(String why) {
        calls.add("disconnect " + why);
        return onDisconnect.apply(why);
    }

    @Override
    public @Nullable String ended(Event arrived) {
        return arrived instanceof Last last ? last.why() : null;
    }

    @Override
    public void sending(Event event) {}

    @Override
    public @Nullable String completed(Event sent) {
        return sent instanceof Last last && last.why().equals("complete") ? "complete" : null;
    }

    @Override
    public @Nullable String handled(Event event) {
        return event instanceof Note note && note.text().equals("final") ? "handled" : null;
    }

    @Override
    public boolean closes(Event sent) {
        return sent instanceof Last;
    }

    @Override
    public String aborted(Throwable failure) {
        return "aborted: " + failure.getMessage();
    }

    @Override
    public @Nullable Event farewell(Throwable failure) {
        return farewell;
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
