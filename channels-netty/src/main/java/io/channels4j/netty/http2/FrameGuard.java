package io.channels4j.netty.http2;

import static io.netty.handler.codec.http2.Http2Error.ENHANCE_YOUR_CALM;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Error.STREAM_CLOSED;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Filters client frames before they reach Netty's state machine. It detects floods of frames that cost the client little (RFC
 * 9113 §10.5). It drops frames that were in flight when the server reset their stream (§5.4.2).
 *
 * <p>Confined to its event loop.
 */
final class FrameGuard implements Http2FrameReader {

    /**
     * The maximum number of PING, SETTINGS, PRIORITY, GOAWAY, unknown and dropped frames within 30 seconds. Normal clients send
     * far fewer.
     */
    static final int MAX_CONTROL_FRAMES = 10_000;

    /** The maximum number of control frames while the client does not read, because the responses to them accumulate. */
    private static final int MAX_UNREAD = 1_000;

    /** The maximum number of consecutive empty DATA frames. Some clients end a body with an empty frame. */
    private static final int MAX_EMPTY_FRAMES = 10;

    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final RateWindow control;
    private final RateWindow resets;
    private final StreamHistory history;
    private int emptyFrames;
    private int unread;
    private long frames;
    private boolean ended;
    private @Nullable Listener guarded;

    FrameGuard(Http2FrameReader reader, Http2Connection connection, RateWindow control, RateWindow resets) {
        this.reader = reader;
        this.connection = connection;
        this.control = control;
        this.resets = resets;
        this.history = new StreamHistory(connection);
    }

    /** Returns the number of frames that indicate an active client. */
    long frames() {
        return frames;
    }

    /** Records that the server reset a stream. */
    void resetByUs(int stream) {
        history.resetByUs(stream);
    }

    /** Discards all further input. */
    void end() {
        ended = true;
    }

    /** Counts a reset by either side. */
    void countReset() throws Http2Exception {
        if (!resets.tryAcquire()) {
            throw flood("too many streams were reset");
        }
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf input, Http2FrameListener listener) throws Http2Exception {
        if (ended) {
            input.skipBytes(input.readableBytes());
            return;
        }
        Listener around = guarded;
        if (around == null || around.inner != listener) {
            around = new Listener(listener);
            guarded = around;
        }
        reader.readFrame(ctx, input, around);
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    private static Http2Exception flood(String what) {
        return Http2Exception.connectionError(ENHANCE_YOUR_CALM, what);
    }

    private void countControl(ChannelHandlerContext ctx) throws Http2Exception {
        frames++;
        unread = ctx.channel().isWritable() ? 0 : unread + 1;
        if (unread > MAX_UNREAD || !control.tryAcquire()) {
            throw flood("too many control frames");
        }
    }

    /**
     * Returns true if a stream's frames must be dropped. This is the case if the server reset the stream or a GOAWAY
     * excluded it.
     */
    private boolean isDropped(int stream) {
        Http2Stream known = connection.stream(stream);
        if (known != null) {
            return known.isResetSent();
        }
        if (connection.goAwaySent() && stream > connection.remote().lastStreamKnownByPeer()) {
            return true;
        }
        return history.wasResetByUs(stream);
    }

    /** Rejects a header section on a stream that the client has ended, or on a closed stream (§5.1, §5.1.1). */
    private void requireOpen(int stream) throws Http2Exception {
        Http2Stream known = connection.stream(stream);
        if (known != null && !known.state().remoteSideOpen()) {
            throw Http2Exception.streamError(
                    stream, STREAM_CLOSED, "HEADERS on stream %d, which is half-closed", stream);
        }
        if (known != null || !connection.streamMayHaveExisted(stream)) {
            return;
        }
        if (history.wasSkipped(stream)) {
            int last = connection.remote().lastStreamCreated();
            throw Http2Exception.connectionError(PROTOCOL_ERROR, "stream %d was opened after stream %d", stream, last);
        }
        if (history.wasResetByClient(stream)) {
            throw Http2Exception.streamError(stream, STREAM_CLOSED, "HEADERS on stream %d, which is reset", stream);
        }
        throw Http2Exception.connectionError(STREAM_CLOSED, "HEADERS on stream %d, which is closed", stream);
    }

    private final class Listener extends Http2FrameListenerDecorator {

        private final Http2FrameListener inner;

        Listener(Http2FrameListener inner) {
            super(inner);
            this.inner = inner;
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            frames++;
            if (isDropped(streamId)) {
                discard(ctx, streamId, data, padding, endOfStream);
                return 0;
            }
            emptyFrames = data.isReadable() || endOfStream ? 0 : emptyFrames + 1;
            if (emptyFrames > MAX_EMPTY_FRAMES) {
                throw flood("too many empty DATA frames");
            }
            return super.onDataRead(ctx, streamId, data, padding, endOfStream);
        }

        /** Discards DATA, and restores the window of the connection (§5.1, "closed"). */
        private void discard(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            countControl(ctx);
            Http2LocalFlowController flow =
                    Objects.requireNonNull(connection.local().flowController());
            Http2Stream stream = connection.stream(streamId);
            flow.receiveFlowControlledFrame(stream, data, padding, endOfStream);
            if (stream != null) {
                flow.consumeBytes(stream, data.readableBytes() + padding);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream)
                throws Http2Exception {
            frames++;
            if (isDropped(streamId)) {
                countControl(ctx);
            } else {
                requireOpen(streamId);
                super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream); // priorities are deprecated (§5.3.2)
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext ctx, int streamId, int streamDependency, short weight, boolean exclusive)
                throws Http2Exception {
            countControl(ctx);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
            countReset();
            if (!isDropped(streamId)) {
                super.onRstStreamRead(ctx, streamId, errorCode);
                history.resetByClient(streamId);
            }
        }

        /**
         * Applies settings. Settings that raise a window above the maximum are a connection error, not a stream error (§6.9.2).
         */
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            countControl(ctx);
            try {
                super.onSettingsRead(ctx, settings);
            } catch (Http2Exception.StreamException e) {
                throw Http2Exception.connectionError(e.error(), e, "SETTINGS: %s", e.getMessage());
            }
        }

        /**
         * Removes Netty's limit on concurrent streams. If Netty refused a stream, the stream's body would cause a
         * connection error.
         */
        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
            super.onSettingsAckRead(ctx);
            connection.remote().maxActiveStreams(Integer.MAX_VALUE);
        }

        @Override
        public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            countControl(ctx);
            super.onPingRead(ctx, data);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
            countControl(ctx);
            super.onPingAckRead(ctx, data);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData)
                throws Http2Exception {
            countControl(ctx);
            super.onGoAwayRead(ctx, lastStreamId, errorCode, debugData);
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) throws Http2Exception {
            if (streamId == 0 || !isDropped(streamId)) {
                super.onWindowUpdateRead(ctx, streamId, increment);
            }
        }

        /** Drops the frame (§5.5), because Netty would buffer it for a stream that is not being read. */
        @Override
        public void onUnknownFrame(
                ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            countControl(ctx);
        }
    }
}
