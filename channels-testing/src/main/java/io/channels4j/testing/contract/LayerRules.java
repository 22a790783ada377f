package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
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

/** The layers of one test, and calls that wait for a limited time. All layers are closed after the test. */
abstract class LayerRules {

    static final String ROOM = "room";

    private static final long MAX_SECONDS = 10;

    private final Set<ChannelLayer> layers = new LinkedHashSet<>();

    private final ContractSubject subject;

    LayerRules(ContractSubject subject) {
        this.subject = subject;
    }

    final ContractSubject subject() {
        return subject;
    }

    @AfterEach
    final void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    final ChannelLayer layer() {
        return layer(LayerSettings.defaults());
    }

    final ChannelLayer layer(LayerSettings settings) {
        ChannelLayer layer = subject.createLayer(settings);
        layers.add(layer);
        return layer;
    }

    final ChannelLayer anotherThan(ChannelLayer layer) {
        ChannelLayer other = subject.anotherProcess(layer, LayerSettings.defaults());
        layers.add(other);
        return other;
    }

    static void needs(boolean supported, String feature) {
        assumeTrue(supported, () -> "the layer does not support " + feature);
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
            return stage.toCompletableFuture().get(MAX_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the layer failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the layer did not answer within %d s".formatted(MAX_SECONDS), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static <E extends Throwable> E failure(Class<E> type, CompletionStage<?> stage) {
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> stage.toCompletableFuture().get(MAX_SECONDS, TimeUnit.SECONDS));
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
        assertTrue(next.cancel(false), () -> "unexpected message: " + next);
    }

    final void assertWaiting(CompletableFuture<?> stage) {
        assertThrows(
                TimeoutException.class,
                () -> stage.get(subject().quietTime().toMillis(), TimeUnit.MILLISECONDS),
                () -> "completed unexpectedly: " + stage);
    }

    final RecordingSubscriber memberOf(ChannelLayer layer, String group) {
        RecordingSubscriber member = new RecordingSubscriber(layer);
        done(layer.groupAdd(group, member.channel()));
        return member;
    }
}
