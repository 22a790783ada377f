package io.channels4j.examples.ticker;

import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.ServerSentEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The stream of prices to one browser. The stream starts with a {@code hello} event, whose data is the number of replayed prices.
 * Prices are {@code tick} events with an id. Headlines have data only.
 */
final class TickerConsumer extends AsyncSseConsumer {

    static final String GROUP = "ticker";

    private static final String TICK = "ticker.tick";
    private static final String END = "ticker.end";
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final CompletionStage<Void> NOTHING = CompletableFuture.allOf();

    private final History history;
    private long replayed;

    TickerConsumer(History history) {
        this.history = history;
    }

    /** Returns the message to the {@link #GROUP} that announces a new price. */
    static Message tick(Tick tick) {
        return Message.of(TICK, tick);
    }

    /** Returns the message to the {@link #GROUP} that precedes a shutdown of the server. */
    static Message end() {
        return Message.of(END);
    }

    @Override
    protected Set<String> groups() {
        // joined before connect(), so a price that arrives during the replay is handled after it
        return Set.of(GROUP);
    }

    @Override
    protected CompletionStage<Void> connect() {
        List<Tick> kept = history.latest();
        replayed = kept.isEmpty() ? 0 : kept.get(kept.size() - 1).id();
        List<Tick> missed = kept.stream().filter(tick -> tick.id() > lastSeen()).toList();
        CompletionStage<Void> sent = accept().thenCompose(begun -> send(hello(missed.size())));
        for (Tick tick : missed) {
            sent = sent.thenCompose(before -> send(event(tick)));
        }
        return sent;
    }

    /**
     * Returns the last id that the browser received. Returns 0 if the browser sent no valid id, or an id above the
     * latest.
     */
    private long lastSeen() {
        return lastEventId()
                .filter(id -> id.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .filter(id -> id <= replayed)
                .orElse(0L);
    }

    private static ServerSentEvent hello(int missed) {
        return ServerSentEvent.of(Integer.toString(missed)).withEvent("hello").withRetry(RETRY);
    }

    private static ServerSentEvent event(Tick tick) {
        return ServerSentEvent.json(tick).withEvent("tick").withId(Long.toString(tick.id()));
    }

    @Handles(TICK)
    CompletionStage<Void> ticked(Tick tick) {
        return tick.id() > replayed ? send(event(tick)) : NOTHING;
    }

    @Handles(END)
    CompletionStage<Void> ended() {
        return close();
    }
}
