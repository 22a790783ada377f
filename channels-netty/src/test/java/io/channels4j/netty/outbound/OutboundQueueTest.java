package io.channels4j.netty.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.engine.CallbackWatch;
import io.channels4j.internal.LatestKey;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ServerMemory;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProgressSettings;
import io.channels4j.netty.settings.SlowConsumerPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundQueueTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int MAX_IN_CHANNEL = OutboundQueue.LOW_WATER_MARK + OutboundFrame.MAX_PART_BYTES + 1024;

    private final SlowSocket socket = new SlowSocket();
    private final EventLoopState loop = new EventLoopState(
            socket.eventLoop(),
            Duration.ofHours(1),
            System::nanoTime,
            new CallbackWatch(null),
            ServerMemory.of(Long.MAX_VALUE, Long.MAX_VALUE));
    private final Writable handler = new Writable();
    private OutboundQueue queue;

    /** A socket that accepts a limited number of bytes. */
    private static final class SlowSocket extends EmbeddedChannel {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int room;
        private boolean staysWritable;

        /** Behaves like an HTTP/2 stream, which Netty reports as writable even after its end. */
        @Override
        public boolean isWritable() {
            return staysWritable || super.isWritable();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer buffer) {
            while (room > 0 && buffer.current() instanceof ByteBuf bytes) {
                int n = Math.min(room, bytes.readableBytes());
                byte[] part = new byte[n];
                bytes.getBytes(bytes.readerIndex(), part);
                taken.writeBytes(part);
                room -= n;
                buffer.removeBytes(n);
            }
        }

        void take(int bytes) {
            room = bytes;
            unsafe().flush();
            runPendingTasks();
            room = 0;
        }
    }

    private final class Writable extends ChannelInboundHandlerAdapter {

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext changed) {
            if (changed.channel().isWritable()) {
                queue.channelWritable();
            }
        }
    }

    private void open() {
        socket.config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark(OutboundQueue.LOW_WATER_MARK, OutboundQueue.LOW_WATER_MARK));
        socket.pipeline().addLast(handler);
        queue = new OutboundQueue(socket.pipeline().context(handler), loop, change -> {}, null);
    }

    @AfterEach
    void close() {
        queue.discard("end of the test");
        socket.take(Integer.MAX_VALUE);
        socket.finishAndReleaseAll();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    private static EncodedBytes response(byte[] body) {
        return new EncodedBytes(new byte[] {1}, body, new byte[] {2});
    }

    @Test
    @DisplayName("P3: a long response to a stream that the peer has reset is not encoded")
    void encodesNothingForAClosedStream() {
        open();
        socket.staysWritable = true;
        socket.close();

        CompletableFuture<Void> sent =
                queue.sendInParts(response(random(3_000_000))).toCompletableFuture();

        assertThat(queue.isEmpty()).isFalse();
        queue.discard("1006, the client disconnected");
        assertThat(sent).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P3: a long response is encoded in parts as the peer receives them")
    void encodesALongResponseInParts() {
        open();
        byte[] body = random(3_000_000);
        CompletableFuture<Void> sent = queue.sendInParts(response(body)).toCompletableFuture();

        while (!queue.isEmpty()) {
            assertThat(OutputProgress.bytesIn(socket)).isLessThan(MAX_IN_CHANNEL);
            assertThat(sent).isNotDone();
            socket.take(10_000);
        }
        socket.take(MAX_IN_CHANNEL);

        assertThat(sent).isCompleted();
        byte[] taken = socket.taken.toByteArray();
        assertThat(taken).hasSize(body.length + 2).startsWith(1, body[0]).endsWith(2);
        assertThat(Arrays.equals(taken, 1, body.length + 1, body, 0, body.length))
                .isTrue();
    }

    @Test
    void encodesAFrameAfterAllPartsOfTheOneBeforeIt() {
        open();
        queue.sendInParts(response(new byte[200_000]));
        queue.send(EncodedBytes.of(new byte[] {7, 8, 9}));
        socket.take(1_000_000);
        socket.take(1_000_000);

        assertThat(socket.taken.toByteArray()).hasSize(200_005).endsWith(2, 7, 8, 9);
    }

    /** Returns the second in which the check finds the peer too slow, or 3601 if no check does. */
    private int secondOfCut(int bytesPerSecond) {
        int second = 1;
        while (second <= 3600 && !queue.isTooSlow(ProgressSettings.defaults(), second * SECOND)) {
            socket.take(bytesPerSecond);
            second++;
        }
        return second;
    }

    @Test
    @DisplayName("P3: a download that takes an hour at 300 bytes per second completes")
    void keepsASlowDownload() {
        open();
        queue.sendInParts(response(new byte[1_000_000]));

        assertThat(secondOfCut(300)).isEqualTo(3601);
        assertThat(socket.taken.size()).isGreaterThan(990_000);
    }

    @Test
    @DisplayName("P3: many small messages for a slow line do not look like a lack of progress")
    void countsTheBytesOfSmallMessagesExactly() {
        open();
        for (int second = 1; second < 600; second++) {
            for (int i = 0; i < 4; i++) {
                queue.send(EncodedBytes.of(new byte[100]));
            }
            socket.take(300);
            assertThat(queue.isTooSlow(ProgressSettings.defaults(), second * SECOND))
                    .as("second %d", second)
                    .isFalse();
        }
        assertThat(queue.requiresProgress()).isTrue();
    }

    @Test
    @DisplayName("P3: a peer that receives nothing is too slow after 20 s")
    void findsSlowPeers() {
        open();
        queue.sendInParts(response(new byte[1_000_000]));

        assertThat(secondOfCut(0)).isBetween(20, 23);
    }

    @Test
    @DisplayName("P3: a peer that receives 100 bytes per second is too slow after the grace period")
    void findsDrippingPeers() {
        open();
        queue.sendInParts(response(new byte[1_000_000]));

        assertThat(secondOfCut(100)).isBetween(30, 60);
    }

    @Test
    void acceptsALittleOutputThatIsNotTaken() {
        open();
        queue.send(EncodedBytes.of(new byte[4000]));

        assertThat(secondOfCut(0)).isEqualTo(3601);
    }

    private static final int FRAME_BYTES = 1000;

    private final AtomicInteger conflated = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();

    /** A frame of one byte value. */
    private record KeyedFrame(int value, int size, @Nullable LatestKey latestKey) implements OutboundFrame {

        @Override
        public boolean droppable() {
            return true;
        }

        @Override
        public ByteBuf encode(ByteBufAllocator allocator) {
            return allocator.buffer(size).writeBytes(new byte[size - 1]).writeByte(value);
        }
    }

    private static KeyedFrame frame(int value, @Nullable String key) {
        return new KeyedFrame(value, FRAME_BYTES, key == null ? null : new LatestKey("room", key));
    }

    /** Opens a queue whose peer takes nothing, so that later frames wait. */
    private void openFull(SlowConsumerPolicy policy, int maxBytes) {
        open();
        OverflowListener listener = new OverflowListener() {
            @Override
            public void overflowed(String reason) {}

            @Override
            public void conflated() {
                conflated.incrementAndGet();
            }

            @Override
            public void dropped(int bytes, boolean first) {
                dropped.incrementAndGet();
            }
        };
        OutboundSettings settings =
                OutboundSettings.defaults().withPolicy(policy).withMaxBytes(maxBytes);
        queue = new OutboundQueue(
                socket.pipeline().context(handler),
                loop,
                waiting::addAndGet,
                new OverflowPolicy(settings, System::nanoTime, listener));
        queue.send(EncodedBytes.of(new byte[OutboundQueue.LOW_WATER_MARK + 1]));
    }

    private final AtomicLong waiting = new AtomicLong();

    private List<Integer> taken() {
        for (int i = 0; i < 100; i++) {
            socket.take(1_000_000);
        }
        byte[] all = socket.taken.toByteArray();
        List<Integer> values = new ArrayList<>();
        for (int end = OutboundQueue.LOW_WATER_MARK + 1 + FRAME_BYTES; end <= all.length; end += FRAME_BYTES) {
            values.add((int) all[end - 1]);
        }
        return values;
    }

    @Test
    void waitingFrameIsReplacedByANewerOneWithTheSameKey() {
        openFull(SlowConsumerPolicy.DISCONNECT, 1 << 20);
        queue.send(frame(1, "a"));
        queue.send(frame(2, "b"));
        queue.send(frame(3, "a"));
        queue.send(frame(4, "a"));

        assertThat(waiting).hasValue(2L * FRAME_BYTES);
        assertThat(taken()).containsExactly(4, 2);
        assertThat(conflated).hasValue(2);
        assertThat(dropped).hasValue(0);
        assertThat(waiting).hasValue(0);
    }

    @Test
    void frameWithAKeyNeverOvertakesOneWithout() {
        openFull(SlowConsumerPolicy.DISCONNECT, 1 << 20);
        queue.send(frame(1, "a"));
        queue.send(frame(2, null));
        queue.send(frame(3, "a"));

        assertThat(taken()).containsExactly(2, 3);
        assertThat(conflated).hasValue(1);
        assertThat(waiting).hasValue(0);
    }

    @Test
    void longerFrameGoesToTheEnd() {
        openFull(SlowConsumerPolicy.DISCONNECT, 1 << 20);
        queue.send(frame(1, "a"));
        queue.send(frame(2, "b"));
        queue.send(new KeyedFrame(3, 2 * FRAME_BYTES, new LatestKey("room", "a")));

        assertThat(waiting).hasValue(3L * FRAME_BYTES);
        assertThat(taken()).containsExactly(2, 0, 3);
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    @DisplayName("P3: a full queue accepts a frame that replaces another")
    void replacesInAFullQueue(SlowConsumerPolicy policy) {
        openFull(policy, OutboundQueue.LOW_WATER_MARK + 2 * FRAME_BYTES);
        queue.send(frame(1, "a"));
        queue.send(frame(2, "b"));
        for (int i = 3; i < 100; i++) {
            queue.send(frame(i, "a"));
        }

        assertThat(queue.closeReason()).isNull();
        assertThat(taken()).containsExactly(99, 2);
        assertThat(conflated).hasValue(97);
        assertThat(dropped).hasValue(0);
    }
}
