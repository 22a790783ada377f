package io.channels4j.netty.http2;

import io.channels4j.netty.outbound.StreamMeter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes in DATA frames that flow control has released, in total and per stream. It also counts the waiting output of
 * all streams.
 *
 * <p>Confined to its event loop, except for {@link #queued} and {@link #waiting}.
 */
final class DataMeter extends DecoratingHttp2FrameWriter implements StreamMeter {

    private final Http2Connection connection;
    private final IntObjectMap<Counter> counters = new IntObjectHashMap<>(2);
    private final AtomicLong waiting = new AtomicLong();
    private final Runnable released;
    private long total;

    /** The byte counts of one stream. */
    private static final class Counter {

        private long own;
        private long ownBefore;
        private long totalBefore;
        private long taken;
        private long pending;
        private boolean watched;
    }

    /** Creates a meter. {@code released} is called on any thread when output no longer waits. */
    DataMeter(Http2FrameWriter writer, Http2Connection connection, Runnable released) {
        super(writer);
        this.connection = connection;
        this.released = released;
    }

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext context,
            int stream,
            ByteBuf data,
            int padding,
            boolean endOfStream,
            ChannelPromise promise) {
        int bytes = data.readableBytes();
        total += bytes;
        Counter counter = counters.isEmpty() ? null : counters.get(stream);
        if (counter != null) {
            counter.own += bytes;
            settle(counter, bytes);
        }
        return super.writeData(context, stream, data, padding, endOfStream, promise);
    }

    private static int id(Channel stream) {
        Http2FrameStream frames = ((Http2StreamChannel) stream).stream();
        return frames.id();
    }

    private void settle(Counter counter, long bytes) {
        long settled = Math.min(bytes, counter.pending);
        counter.pending -= settled;
        waiting.addAndGet(-settled);
        released.run();
    }

    private Counter counter(Channel stream) {
        int id = id(stream);
        Counter counter = counters.get(id);
        if (counter == null) {
            counter = new Counter();
            counters.put(id, counter);
            stream.closeFuture().addListener(closed -> end(id));
        }
        return counter;
    }

    private void end(int id) {
        Counter counter = counters.remove(id);
        if (counter != null) {
            settle(counter, counter.pending);
        }
    }

    /** Returns the number of bytes that wait in the queues of all streams or in flow control. */
    long waiting() {
        return waiting.get();
    }

    @Override
    public void queued(long change) {
        waiting.addAndGet(change);
        if (change < 0) {
            released.run();
        }
    }

    @Override
    public void written(Channel stream, int bytes) {
        counter(stream).pending += bytes;
        waiting.addAndGet(bytes);
    }

    @Override
    public void start(Channel stream) {
        Counter counter = counter(stream);
        counter.taken = 0;
        counter.totalBefore = total;
        counter.ownBefore = counter.own;
        counter.watched = true;
    }

    @Override
    public long taken(Channel stream) {
        Counter counter = counters.get(id(stream));
        if (counter == null || !counter.watched) {
            return 0;
        }
        boolean waitsForConnection = hasWindow(id(stream));
        counter.taken += waitsForConnection ? total - counter.totalBefore : counter.own - counter.ownBefore;
        counter.totalBefore = total;
        counter.ownBefore = counter.own;
        return counter.taken;
    }

    private boolean hasWindow(int id) {
        Http2Stream stream = connection.stream(id);
        Http2RemoteFlowController flow =
                Objects.requireNonNull(connection.remote().flowController());
        return stream != null && flow.windowSize(stream) > 0;
    }

    @Override
    public void stop(Channel stream) {
        Counter counter = counters.get(id(stream));
        if (counter != null) {
            counter.watched = false;
        }
    }
}
