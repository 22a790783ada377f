package io.channels4j.testing;

import io.channels4j.CheckReturnValue;
import io.channels4j.Message;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlReceiver;
import io.channels4j.control.ControlSubscription;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
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
 * A channel layer that wraps another one and injects faults. It drops, delays or duplicates messages and fails calls on
 * request.
 *
 * {@snippet class="io.channels4j.testing.FaultyLayerTest" region="faulty"}
 *
 * <p>A call has at most one fault. If {@link #next} or {@link #chance} injects several, the first in the order of
 * {@link Fault} applies. The random generator is seeded. A sequence of calls from one thread therefore has the same
 * faults in every run. Drops, delays and duplicates apply to messages. Failures also apply to {@code groupAdd} and
 * {@code groupDiscard}. Other calls are delegated.
 *
 * <p><b>Threads.</b> Thread-safe. Faults may be changed while the layer is in use.
 */
@SuppressWarnings("exports") // the type of the control messages is internal: only the library calls the method
public final class FaultyLayer extends DelegatingLayer {

    private static final Duration DEFAULT_DELAY = Duration.ofMillis(50);

    /** The faults. */
    public enum Fault {
        /** The call fails with {@link LayerUnavailableException} and is not delegated. */
        FAIL,
        /** The call succeeds, and the message is lost. */
        DROP,
        /** The message is sent twice. */
        DUPLICATE,
        /** The call succeeds, and the message is sent later. Other messages may overtake it. */
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
     * Returns a layer that wraps the given layer and initially injects no faults.
     *
     * @param layer the layer that receives the calls. It is closed with this layer.
     * @param seed the seed for the sequence of random faults
     * @return the layer
     */
    public static FaultyLayer of(ChannelLayer layer, long seed) {
        return new FaultyLayer(layer, seed);
    }

    /**
     * Sets the probability of a fault. Zero by default.
     *
     * @param fault the fault
     * @param probability the probability per call, from 0 to 1
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
     * Injects a fault into the next calls to which it applies.
     *
     * @param fault the fault
     * @param calls the number of calls, zero or more. It replaces the number that remains from an earlier call of this
     *     method.
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
     * Sets how much later messages with the fault {@link Fault#DELAY} are sent. 50 ms by default.
     *
     * @param time the delay, zero or more
     * @return this layer
     */
    public synchronized FaultyLayer delay(Duration time) {
        requirePositiveOrZero(time);
        delay = time;
        return this;
    }

    /** Removes all faults. Messages that are already delayed are still sent. */
    public synchronized void heal() {
        chances.clear();
        next.clear();
    }

    /**
     * Returns the number of times that a fault was injected.
     *
     * @param fault the fault
     * @return the number since the layer was created
     */
    public synchronized long count(Fault fault) {
        return counts.getOrDefault(fault, 0L);
    }

    private static void requirePositiveOrZero(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(time));
        }
    }

    private synchronized boolean applies(Fault fault) {
        int left = next.getOrDefault(fault, 0);
        if (left > 0) {
            next.put(fault, left - 1);
        } else if (random.nextDouble() >= chances.getOrDefault(fault, 0.0)) {
            return false;
        }
        counts.merge(fault, 1L, Long::sum);
        return true;
    }

    private CompletionStage<Void> injectIntoMessage(Supplier<CompletionStage<Void>> call) {
        if (applies(Fault.FAIL)) {
            return unavailable();
        }
        if (applies(Fault.DROP)) {
            return CompletableFuture.completedFuture(null);
        }
        if (applies(Fault.DUPLICATE)) {
            CompletionStage<Void> first = call.get();
            return first.thenCombine(call.get(), (one, two) -> one);
        }
        if (applies(Fault.DELAY)) {
            later().execute(() -> {
                Stages.ignore(call.get());
            });
            return CompletableFuture.completedFuture(null);
        }
        return call.get();
    }

    private CompletionStage<Void> injectIntoMembership(Supplier<CompletionStage<Void>> call) {
        return applies(Fault.FAIL) ? unavailable() : call.get();
    }

    private synchronized Executor later() {
        return CompletableFuture.delayedExecutor(Durations.nanos(delay), TimeUnit.NANOSECONDS);
    }

    private static CompletionStage<Void> unavailable() {
        return CompletableFuture.failedFuture(
                new LayerUnavailableException("channel layer: injected failure; nothing was sent", null));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> send(String channel, Message message) {
        LayerNames.requireChannel(channel);
        return injectIntoMessage(() -> layer.send(channel, message));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> sendLater(String channel, Message message, Duration time) {
        LayerNames.requireChannel(channel);
        requirePositiveOrZero(time);
        return injectIntoMessage(() -> layer.sendLater(channel, message, time));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels) {
        LayerNames.requireGroup(group);
        return injectIntoMessage(() -> layer.groupSend(group, message, exceptChannels));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupAdd(String group, String channel) {
        return injectIntoMembership(() -> layer.groupAdd(group, channel));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> groupDiscard(String group, String channel) {
        return injectIntoMembership(() -> layer.groupDiscard(group, channel));
    }

    @Override
    protected ControlMessages control() {
        ControlMessages inner = super.control();
        return new ControlMessages() {
            @Override
            public CompletionStage<Void> send(String topic, Message message) {
                return injectIntoMessage(() -> inner.send(topic, message));
            }

            @Override
            public ControlSubscription subscribe(String topic, ControlReceiver receiver) {
                return inner.subscribe(topic, receiver);
            }
        };
    }
}
