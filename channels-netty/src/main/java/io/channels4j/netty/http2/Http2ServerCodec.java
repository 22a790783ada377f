package io.channels4j.netty.http2;

import io.channels4j.netty.connection.ServerContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * Netty's codec for one connection, with the server's limits.
 *
 * <p>A stream's window limits the bytes that the client may send before the application reads. The connection's window is
 * restored immediately, so an application that does not read does not delay other streams.
 */
final class Http2ServerCodec extends Http2FrameCodec {

    /**
     * The multiple of the limit up to which Netty keeps a header list. Lists that exceed the limit are rejected with status
     * 431, and the connection stays open. A block that is more than a quarter longer than this multiple is not decoded.
     * The compression state is then out of sync, so the connection is closed.
     */
    private static final int MAX_HEADER_FACTOR = 4;

    /** The fraction of a window that must be used before WINDOW_UPDATE is sent. */
    private static final float WINDOW_UPDATE_RATIO = 0.5f;

    private final FrameGuard guard;
    private final DataMeter meter;
    private final Faults faults;
    private final HeaderBlockScanner headers = new HeaderBlockScanner();
    private final int maxHeaderListBytes;
    private long reads;

    /** Notified of client errors and of released output. */
    interface Faults {

        /** Called when a stream's output no longer waits. Any thread. */
        void outputReleased();

        /** Called for a stream error of the client, before the stream is reset. */
        void streamFault(Http2Exception error);

        /** Called for a connection error of the client, before the connection is closed. */
        void connectionFault(Throwable error);
    }

    private Http2ServerCodec(
            Http2ConnectionEncoder encoder,
            Http2ConnectionDecoder decoder,
            Http2Settings initial,
            FrameGuard guard,
            DataMeter meter,
            int maxHeaderListBytes,
            Faults faults) {
        super(encoder, decoder, initial, true, true);
        this.maxHeaderListBytes = maxHeaderListBytes;
        this.guard = guard;
        this.meter = meter;
        this.faults = faults;
    }

    static Http2ServerCodec create(ServerContext server, Faults faults) {
        Http2Connection connection = new DefaultHttp2Connection(true);
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        int maxHeaderListBytes = (int) Math.min(
                Integer.MAX_VALUE, (long) MAX_HEADER_FACTOR * server.limits().maxHeaderBytes());
        FrameGuard guard = new FrameGuard(
                new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(true, maxHeaderListBytes)),
                connection,
                new RateWindow(FrameGuard.MAX_CONTROL_FRAMES, server.nanoTime()),
                new RateWindow(server.http2().maxStreamResets(), server.nanoTime()));
        DataMeter meter = new DataMeter(new DefaultHttp2FrameWriter(), connection, faults::outputReleased);
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(connection, meter);
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(connection, encoder, guard);
        Http2Settings initial = new Http2Settings()
                .maxConcurrentStreams(server.http2().maxConcurrentStreams())
                .connectProtocolEnabled(true);
        return new Http2ServerCodec(encoder, decoder, initial, guard, meter, maxHeaderListBytes, faults);
    }

    FrameGuard guard() {
        return guard;
    }

    DataMeter meter() {
        return meter;
    }

    HeaderBlockScanner headers() {
        return headers;
    }

    /** Returns the number of reads from the socket. */
    long reads() {
        return reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf bytes) {
            reads++;
            headers.scan(bytes);
        }
        super.channelRead(context, message);
    }

    /**
     * Closes the connection because the preface or a header block did not arrive within the time limit. Before that, responds to
     * the request that the block would have started.
     */
    void headTimedOut(ChannelHandlerContext context, String description) {
        answerIncompleteRequest(context, HttpResponseStatus.REQUEST_TIMEOUT);
        onError(context, false, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, description));
    }

    /**
     * Responds to a request whose header block cannot be read. Does nothing if the block contains trailers, or if there is no
     * block.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the connection ends anyway
    private void answerIncompleteRequest(ChannelHandlerContext context, HttpResponseStatus status) {
        int stream = headers.stream();
        if (stream == 0 || connection().streamMayHaveExisted(stream)) {
            return;
        }
        try {
            connection().remote().createStream(stream, true);
            Http2Headers head = new DefaultHttp2Headers(false).status(status.codeAsText());
            encoder().writeHeaders(context, stream, head, 0, true, context.newPromise());
        } catch (Http2Exception notAllowed) {
            // an invalid stream, or one that a GOAWAY excluded
        }
    }

    /**
     * Sends an error even after the GOAWAY that announced the shutdown. Netty itself would send nothing in that case.
     */
    @Override
    public ChannelFuture goAway(
            ChannelHandlerContext context, int lastStream, long error, ByteBuf debugData, ChannelPromise promise) {
        int known = connection().remote().lastStreamKnownByPeer();
        if (error != Http2Error.NO_ERROR.code() && connection().goAwaySent() && lastStream >= known) {
            return encoder().frameWriter().writeGoAway(context, known, error, debugData, promise);
        }
        return super.goAway(context, lastStream, error, debugData, promise);
    }

    /** Passes an HTTP/1.1 request to stream 1, which the client has half-closed (RFC 7540 §3.2). */
    void receiveUpgraded(ChannelHandlerContext context, Http2Settings client, Http2Headers head, ByteBuf body)
            throws Http2Exception {
        onHttpServerUpgrade(client);
        int stream = Http2CodecUtil.HTTP_UPGRADE_STREAM_ID;
        decoder().frameListener().onHeadersRead(context, stream, head, 0, !body.isReadable());
        if (body.isReadable()) {
            Http2LocalFlowController flow = decoder().flowController();
            flow.receiveFlowControlledFrame(connection().stream(stream), body, 0, true);
            decoder().frameListener().onDataRead(context, stream, body, 0, true);
        }
        context.fireChannelReadComplete();
    }

    @Override
    public ChannelFuture resetStream(
            ChannelHandlerContext context, int streamId, long errorCode, ChannelPromise promise) {
        guard.resetByUs(streamId);
        return super.resetStream(context, streamId, errorCode, promise);
    }

    @Override
    public void onError(ChannelHandlerContext context, boolean outbound, Throwable cause) {
        Http2Exception error = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
        if (!outbound && error instanceof Http2Exception.StreamException ofStream) {
            streamError(context, cause, ofStream);
            return;
        }
        if (!(error instanceof Http2Exception.StreamException)) {
            guard.end();
        }
        if (!outbound) {
            faults.connectionFault(cause);
            if (headers.awaitsMore() && headers.blockBytes() > maxHeaderListBytes) {
                answerIncompleteRequest(context, HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);
            }
        }
        super.onError(context, outbound, cause);
    }

    private void streamError(ChannelHandlerContext context, Throwable cause, Http2Exception.StreamException error) {
        faults.streamFault(error);
        try {
            guard.countReset();
        } catch (Http2Exception tooMany) {
            onError(context, false, tooMany);
            return;
        }
        boolean answered = error instanceof Http2Exception.HeaderListSizeException;
        if (!answered && !connection().streamMayHaveExisted(error.streamId())) {
            open(error.streamId());
        }
        super.onError(context, false, cause);
    }

    /** Opens the stream of a malformed request, so that later frames on it do not cause a connection error. */
    private void open(int stream) {
        try {
            connection().remote().createStream(stream, false);
        } catch (Http2Exception impossible) {
            // the reset is sent although the stream does not exist
        }
    }
}
