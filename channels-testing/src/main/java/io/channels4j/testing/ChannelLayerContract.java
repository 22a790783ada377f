package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.testing.contract.ContractSubject;
import io.channels4j.testing.contract.ControlRules;
import io.channels4j.testing.contract.DeliveryRules;
import io.channels4j.testing.contract.GroupRules;
import io.channels4j.testing.contract.LifecycleRules;
import io.channels4j.testing.contract.ReceiveRules;
import io.channels4j.testing.contract.SubscriptionRules;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * The contract of channel layers as a JUnit test class. Authors of layers extend it. Its rules are numbered {@code CL-n}. The
 * rules come from the channel layer specification of Django Channels and from {@link ChannelLayer}.
 *
 * <p>For a layer that reaches other processes, also override {@link #anotherProcess}. The rules then run between two layers.
 *
 * <p><b>Threads.</b> JUnit creates an instance per rule. The layers are closed after each rule.
 */
public abstract class ChannelLayerContract {

    /** Optional features of a layer. */
    public enum Feature {
        /** Plain channels keep messages until any process receives them. */
        QUEUES,
        /** {@link ChannelLayer#sendLater} supports delays other than zero. */
        DELAYED_SENDS,
        /** Pulled channels leave their groups after {@link LayerSettings#groupExpiry()}. */
        GROUP_EXPIRY,
        /** Messages that were {@linkplain ChannelLayer#take taken} and not acknowledged are redelivered. */
        REDELIVERY,
        /**
         * A plain channel is one queue. The messages of a sender keep their order. The capacity applies to all messages
         * together.
         */
        QUEUE_ORDER,
        /** Names may contain any character that {@link io.channels4j.layer.LayerNames} allows. */
        ANY_NAME,
        /** Payloads may be any JSON value, and messages may be broadcasts. */
        ANY_PAYLOAD
    }

    /** Creates a contract. */
    protected ChannelLayerContract() {}

    /**
     * Creates a layer that shares no message and no group with the layers of other tests.
     *
     * @param settings its limits
     * @return the layer, closed by the contract
     */
    protected abstract ChannelLayer createLayer(LayerSettings settings);

    /**
     * Creates a layer that reaches the same channels and groups, as another process would.
     *
     * @param layer the layer of the first process, which was returned by {@link #createLayer}
     * @param settings the limits of the new layer
     * @return the layer, closed by the contract. By default, this is the given layer, for layers that do not reach
     *     other processes.
     */
    protected ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings) {
        return layer;
    }

    /**
     * Returns the layer's optional features. Rules for missing features are skipped.
     *
     * @return the features; all by default
     */
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /**
     * Advances the layer's clock. Messages and memberships then expire.
     *
     * @param time how far to advance. By default, the call waits for this time.
     */
    protected void passTime(Duration time) {
        assertThrows(
                TimeoutException.class,
                () -> new CompletableFuture<Void>().get(time.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * Returns how long a rule waits before it concludes that no message will arrive.
     *
     * @return the time; 100 ms by default
     */
    protected Duration quietTime() {
        return Duration.ofMillis(100);
    }

    private ContractSubject subject() {
        return new Subject();
    }

    /** Exposes the overridable methods to the rules. */
    private final class Subject implements ContractSubject {

        @Override
        public ChannelLayer createLayer(LayerSettings settings) {
            return ChannelLayerContract.this.createLayer(settings);
        }

        @Override
        public ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings) {
            return ChannelLayerContract.this.anotherProcess(layer, settings);
        }

        @Override
        public void passTime(Duration time) {
            ChannelLayerContract.this.passTime(time);
        }

        @Override
        public Duration quietTime() {
            return ChannelLayerContract.this.quietTime();
        }

        @Override
        public boolean hasQueues() {
            return features().contains(Feature.QUEUES);
        }

        @Override
        public boolean hasDelayedSends() {
            return features().contains(Feature.DELAYED_SENDS);
        }

        @Override
        public boolean hasGroupExpiry() {
            return features().contains(Feature.GROUP_EXPIRY);
        }

        @Override
        public boolean hasRedelivery() {
            return features().contains(Feature.REDELIVERY);
        }

        @Override
        public boolean hasQueueOrder() {
            return features().contains(Feature.QUEUE_ORDER);
        }

        @Override
        public boolean hasAnyName() {
            return features().contains(Feature.ANY_NAME);
        }

        @Override
        public boolean hasAnyPayload() {
            return features().contains(Feature.ANY_PAYLOAD);
        }
    }

    @Nested
    @DisplayName("CL-1 to CL-15: channels that are received from")
    class Receiving extends ReceiveRules {

        Receiving() {
            super(ChannelLayerContract.this.subject());
        }
    }

    @Nested
    @DisplayName("CL-16 to CL-24: groups")
    class Groups extends GroupRules {

        Groups() {
            super(ChannelLayerContract.this.subject());
        }
    }

    @Nested
    @DisplayName("CL-25 to CL-31: subscriptions")
    class Subscriptions extends SubscriptionRules {

        Subscriptions() {
            super(ChannelLayerContract.this.subject());
        }
    }

    @Nested
    @DisplayName("CL-32 to CL-37: names, flush and close")
    class Lifecycle extends LifecycleRules {

        Lifecycle() {
            super(ChannelLayerContract.this.subject());
        }
    }

    @Nested
    @DisplayName("CL-38 to CL-44: messages that are acknowledged")
    class Deliveries extends DeliveryRules {

        Deliveries() {
            super(ChannelLayerContract.this.subject());
        }
    }

    @Nested
    @DisplayName("CL-45 to CL-51: the messages that the library sends to itself")
    class Control extends ControlRules {

        Control() {
            super(ChannelLayerContract.this.subject());
        }
    }
}
