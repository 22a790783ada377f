package io.channels4j.benchmarks.bare;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Responds to plain HTTP/2 requests, and turns the stream of an extended CONNECT (RFC 8441) into a WebSocket. */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class StreamFront extends ChannelInboundHandlerAdapter {

    /** The event that signals an open WebSocket. */
    static final Object OPENED = "the answer is written";

    private static final WebSocketDecoderConfig CONFIG = WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(BareNettyServer.MOST_MESSAGE_BYTES)
            .withUTF8Validator(false)
            .build();

    private final Endpoints endpoints;
    private final @Nullable Pings pings;

    StreamFront(Endpoints endpoints, @Nullable Pings pings) {
        this.endpoints = endpoints;
        this.pings = pings;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof Http2HeadersFrame head)) {
            ReferenceCountUtil.release(message);
            return;
        }
        String target = String.valueOf(head.headers().path());
        ChannelHandler endpoint = isWebSocket(head.headers()) ? endpoints.webSocket(target, false) : null;
        String status = endpoint == null ? Endpoints.answer(target).codeAsText().toString() : "200";
        context.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(status), endpoint == null));
        if (endpoint != null) {
            open(context.pipeline(), endpoint);
        }
    }

    private static boolean isWebSocket(Http2Headers head) {
        return head.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value(), "websocket");
    }

    private void open(ChannelPipeline stream, ChannelHandler endpoint) {
        stream.remove(this)
                .addLast(new StreamBytes())
                .addLast(new WebSocket13FrameDecoder(CONFIG))
                .addLast(new WebSocket13FrameEncoder(false))
                .addLast(new ControlFrames());
        if (pings != null) {
            stream.addLast(pings);
        }
        stream.addLast(endpoint);
        stream.fireUserEventTriggered(OPENED);
    }
}
