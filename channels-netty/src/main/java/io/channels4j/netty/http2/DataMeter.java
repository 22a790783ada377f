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

/**
 * Counts the bytes in DATA frames that flow control has released: in total, and for each stream whose output waits for the
 * client.
 *
 * <p>Confined to its event loop.
 */
final class DataMeter extends DecoratingHttp2FrameWriter implements StreamMeter {

    private final Http2Connection connection;
    private final IntObjectMap<Counter> counters = new IntObjectHashMap<>(2);
    private long total;

    /** The byte counts of one stream. */
    private static final class Counter {

        private long own;
        private long ownBefore;
        private long totalBefore;
        private long taken;
    }

    DataMeter(Http2FrameWriter writer, Http2Connection connection) {
        super(writer);
        this.connection = connection;
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
        }
        return super.writeData(context, stream, data, padding, endOfStream, promise);
    }

    private static int id(Channel stream) {
        Http2FrameStream frames = ((Http2StreamChannel) stream).stream();
        return frames.id();
    }

    @Override
    public void start(Channel stream) {
        Counter counter = new Counter();
        counter.totalBefore = total;
        counters.put(id(stream), counter);
        stream.closeFuture().addListener(closed -> stop(stream));
    }

    @Override
    public long taken(Channel stream) {
        Counter counter = counters.get(id(stream));
        if (counter == null) {
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
        counters.remove(id(stream));
    }
}
