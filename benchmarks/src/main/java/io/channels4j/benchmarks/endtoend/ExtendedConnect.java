package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.List;

/**
 * Opens a WebSocket as the only stream of an HTTP/2 connection (RFC 8441), and carries its bytes in DATA frames, one per message,
 * as browsers do. Implements only the part of RFC 9113 that one stream needs, so that the client does not become the bottleneck.
 * Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class ExtendedConnect extends ByteToMessageCodec<ByteBuf> {

    private static final int CONNECTION = Http2CodecUtil.CONNECTION_STREAM_ID;
    private static final int STREAM = 1;

    /** The number of bytes that a server may send before a window update. */
    private static final int WINDOW = 1 << 20;

    private final Http2FrameReader reader = new DefaultHttp2FrameReader(false);
    private final Http2FrameWriter writer = new DefaultHttp2FrameWriter();
    private final Frames frames = new Frames();
    private final String path;
    private final String headers;
    private final Socket socket;
    private boolean asked;
    private int owed;
    private int initialWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    private long streamWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    private long connectionWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;

    /** Creates a handler that adds the given headers to the request. Each header must be terminated by CRLF. */
    ExtendedConnect(String path, String headers, Socket socket) {
        this.path = path;
        this.headers = headers;
        this.socket = socket;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Http2Settings settings = new Http2Settings().pushEnabled(false).initialWindowSize(WINDOW);
        context.write(Http2CodecUtil.connectionPrefaceBuf(), context.voidPromise());
        writer.writeSettings(context, settings, context.newPromise());
        writer.writeWindowUpdate(
                context, CONNECTION, WINDOW - Http2CodecUtil.DEFAULT_WINDOW_SIZE, context.newPromise());
        context.flush();
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf bytes, ByteBuf out) {
        int length = bytes.readableBytes();
        if (length > Math.min(streamWindow, connectionWindow)) { // no workload has this many bytes in flight
            throw new IllegalStateException("no window left for %d bytes".formatted(length));
        }
        streamWindow -= length;
        connectionWindow -= length;
        out.ensureWritable(Http2CodecUtil.FRAME_HEADER_LENGTH + length)
                .writeMedium(length)
                .writeByte(Http2FrameTypes.DATA)
                .writeByte(0)
                .writeInt(STREAM)
                .writeBytes(bytes);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Http2Exception {
        reader.readFrame(context, in, frames);
    }

    private void ask(ChannelHandlerContext context) {
        Http2Headers request = new DefaultHttp2Headers(false)
                .method("CONNECT")
                .scheme("http")
                .authority("127.0.0.1")
                .path(path)
                .add(Http2Headers.PseudoHeaderName.PROTOCOL.value(), "websocket")
                .add("sec-websocket-version", "13");
        headers.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            request.add(line.substring(0, colon), line.substring(colon + 2));
        });
        writer.writeHeaders(context, STREAM, request, 0, false, context.newPromise());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        super.handlerRemoved(context);
        reader.close();
        writer.close();
    }

    private final class Frames extends Http2FrameAdapter {

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
            Integer window = settings.initialWindowSize();
            if (window != null) {
                streamWindow += window - initialWindow;
                initialWindow = window;
            }
            writer.writeSettingsAck(context, context.newPromise());
            if (!asked) {
                asked = true;
                if (Boolean.TRUE.equals(settings.connectProtocolEnabled())) {
                    ask(context);
                } else {
                    socket.end("refused: no extended CONNECT");
                }
            }
            context.flush();
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int stream,
                Http2Headers answer,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean last) {
            onHeadersRead(context, stream, answer, padding, last);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context, int stream, Http2Headers answer, int padding, boolean last) {
            if ("200".contentEquals(answer.status()) && !last) {
                socket.opened();
            } else {
                socket.end("refused: " + answer.status());
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last) {
            int length = data.readableBytes() + padding;
            context.fireChannelRead(data.retain());
            owed += length;
            if (owed >= WINDOW / 2) {
                writer.writeWindowUpdate(context, CONNECTION, owed, context.newPromise());
                writer.writeWindowUpdate(context, STREAM, owed, context.newPromise());
                owed = 0;
                context.flush();
            }
            if (last) {
                writer.writeData(context, STREAM, context.alloc().buffer(0), 0, true, context.newPromise())
                        .addListener(ChannelFutureListener.CLOSE);
                context.flush();
            }
            return length;
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int increment) {
            if (stream == CONNECTION) {
                connectionWindow += increment;
            } else {
                streamWindow += increment;
            }
        }

        @Override
        public void onPingRead(ChannelHandlerContext context, long content) {
            writer.writePing(context, true, content, context.newPromise());
            context.flush();
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext context, int stream, long code) {
            socket.end("reset by the server with " + code);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext context, int lastStream, long code, ByteBuf why) {
            socket.end("GOAWAY from the server with " + code);
        }
    }
}
