package io.channels4j.testing;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerNames;
import io.channels4j.layer.LayerUnavailableException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A channel layer in front of another that does what networks do: drops, delays, duplicates and fails, when a test tells it to.
 *
 * {@snippet class="io.channels4j.testing.FaultyLayerTest" region="faulty"}
 *
 * <p>A call meets at most one fault, looked for in the order of {@link Fault}: first those asked for by {@link #next}, then those by
 * {@link #chance}, drawn from a generator with a seed, so that a sequence of calls from one thread meets the same faults again.
 * Drops, delays and duplicates are for messages; failures also for {@code groupAdd} and {@code groupDiscard}. All else goes through.
 *
 * <p><b>Threads.</b> Thread-safe; faults may be changed while the layer is in use.
 */
public final class FaultyLayer extends PassingLayer {

    private static final Duration DEFAULT_DELAY = Duration.ofMillis(50);

    /** What can happen to a call. */
    public enum Fault {
        /** The call fails with {@link LayerUnavailableException}; the layer behind does not see it. */
        FAIL,
        /** The sender is told that all is well, and nobody gets the message. */
        DROP,
        /** The message is sent twice. */
        DUPLICATE,
        /** The sender is told that all is well, and the message is sent later; others may overtake it. */
        DELAY
    }

    private final Random random;
    private final Map<Fault, Double> chances = new EnumMap<>(Fault.class);
    private final Map<Fault, Integer> next = new EnumMap<>(Fault.class);
    private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    private Duration delay = DEFAULT_DELAY;

    private FaultyLayer(ChannelLayer layer, long seed) {
        super(layer);
        this.random = new Random(seed);
    }

    /**
     * Returns a layer without faults for the time being.
     *
     * @param layer where calls go that meet no fault; it is closed with this one
     * @param seed chooses the sequence of faults that happen by chance
     * @return the layer
     */
    public static FaultyLayer of(ChannelLayer layer, long seed) {
        return new FaultyLayer(layer, seed);
    }

    /**
     * Sets how likely a fault is from now on; zero for all until told otherwise.
     *
     * @param fault the fault
     * @param probability for each call, from 0 to 1
     * @return this layer
     */
    public synchronized FaultyLayer chance(Fault fault, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability: %s (expected: from 0 to 1)".formatted(probability));
        }
        chances.put(fault, probability);
        return this;
    }

    /**
     * Lets a fault happen to the next calls that can meet it.
     *
     * @param fault the fault
     * @param calls to how many, zero or more; replaces the number that was left
     * @return this layer
     */
    public synchronized FaultyLayer next(Fault fault, int calls) {
        if (calls < 0) {
            throw new IllegalArgumentException("calls: %d (expected: zero or more)".formatted(calls));
        }
        next.put(fault, calls);
        return this;
    }

    /**
     * Sets how long a delayed message waits; 50 ms until told otherwise.
     *
     * @param time how long, zero or more
     * @return this layer
     */
    public synchronized FaultyLayer delay(Duration time) {
        requirePositiveOrZero(time);
        delay = time;
        return this;
    }

    /** Ends all faults; messages that are delayed come in their time. */
    public synchronized void heal() {
        chances.clear();
        next.clear();
    }

    /**
     * Returns how often a fault has happened.
     *
     * @param fault the fault
     * @return the number since the layer was made
     */
    public synchronized long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    private static void requirePositiveOrZero(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(time));
        }
    }

    private synchronized boolean strikes(Fault fault) {
        int left = next.getOrDefault(fault, 0);
        if (left > 0) {
            next.put(fault, left - 1);
        } else if (random.nextDouble() >= chances.getOrDefault(fault, 0.0)) {
            return false;
        }
        counts.merge(fault, 1L, Long::sum);
        return true;
    }

    private CompletionStage<Void> passMessage(Supplier<CompletionStage<Void>> call) {
        if (strikes(Fault.FAIL)) {
            return unavailable();
        }
        if (strikes(Fault.DROP)) {
            return CompletableFuture.completedFuture(null);
        }
        if (strikes(Fault.DUPLICATE)) {
            CompletionStage<Void> first = call.get();
            return first.thenCombine(call.get(), (one, two) -> one);
        }
        if (strikes(Fault.DELAY)) {
            later().execute(() -> {
                var unused = call.get();
            });
            return CompletableFuture.completedFuture(null);
        }
        return call.get();
    }

    private CompletionStage<Void> passMembership(Supplier<CompletionStage<Void>> call) {
        return strikes(Fault.FAIL) ? unavailable() : call.get();
    }

    private synchronized Executor later() {
        return CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static CompletionStage<Void> unavailable() {
        return CompletableFuture.failedFuture(
                new LayerUnavailableException("channel layer: failed as the test asked for; nobody has it", null));
    }

    @Override
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        return passMessage(() -> layer.send(channel, message));
    }

    @Override
    public CompletionStage<Void> sendLater(String channel, Message message, Duration time) {
        LayerNames.requireChannel(channel);
        requirePositiveOrZero(time);
        return passMessage(() -> layer.sendLater(channel, message, time));
    }

    @Override
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        return passMessage(() -> layer.groupSend(group, message, exceptChannels));
    }

    @Override
    public CompletionStage<Void> groupAdd(String group, String channel) {
        return passMembership(() -> layer.groupAdd(group, channel));
    }

    @Override
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        return passMembership(() -> layer.groupDiscard(group, channel));
    }
}
