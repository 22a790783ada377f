package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

/** What the rules of {@link ChannelLayerContract} share: the layers of one test, and waiting with a limit. */
abstract class LayerTrial {

    static final String ROOM = "room";

    private static final long MOST_SECONDS = 10;

    private final Set<ChannelLayer> layers = new LinkedHashSet<>();

    abstract ChannelLayer createLayer(LayerSettings settings);

    abstract ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings);

    abstract Set<ChannelLayerContract.Feature> features();

    abstract void passTime(Duration time);

    abstract Duration quietTime();

    @AfterEach
    final void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    final ChannelLayer layer() {
        return layer(LayerSettings.defaults());
    }

    final ChannelLayer layer(LayerSettings settings) {
        ChannelLayer layer = createLayer(settings);
        layers.add(layer);
        return layer;
    }

    final ChannelLayer anotherThan(ChannelLayer layer) {
        ChannelLayer other = anotherProcess(layer, LayerSettings.defaults());
        layers.add(other);
        return other;
    }

    final void needs(ChannelLayerContract.Feature feature) {
        assumeTrue(features().contains(feature), () -> "the layer has no " + feature);
    }

    static Message numbered(int number) {
        return Message.of("contract.number").with("number", number);
    }

    static List<Integer> numbers(List<Message> messages) {
        return messages.stream().map(message -> message.getInt("number")).toList();
    }

    static List<Integer> range(int from, int end) {
        return IntStream.range(from, end).boxed().toList();
    }

    static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the layer failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the layer did not answer within %d s".formatted(MOST_SECONDS), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static <E extends Throwable> E failure(Class<E> type, CompletionStage<?> stage) {
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS));
        return assertInstanceOf(type, failed.getCause());
    }

    static List<Message> receive(ChannelLayer layer, String channel, int count) {
        List<Message> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            received.add(done(layer.receive(channel)));
        }
        return received;
    }

    final void assertNothingIn(ChannelLayer layer, String channel) {
        CompletableFuture<Message> next = layer.receive(channel).toCompletableFuture();
        assertWaiting(next);
        assertTrue(next.cancel(false), () -> "a message came: " + next);
    }

    final void assertWaiting(CompletableFuture<?> stage) {
        assertThrows(
                TimeoutException.class,
                () -> stage.get(quietTime().toMillis(), TimeUnit.MILLISECONDS),
                () -> "something came: " + stage);
    }

    final Member memberOf(ChannelLayer layer, String group) {
        Member member = new Member(layer);
        done(layer.groupAdd(group, member.channel()));
        return member;
    }
}
