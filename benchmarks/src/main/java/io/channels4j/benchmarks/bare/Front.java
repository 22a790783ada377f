package io.channels4j.benchmarks.bare;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Responds to plain requests, and installs the handler for a WebSocket before sending the handshake response. */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class Front extends ChannelInboundHandlerAdapter {

    private final Endpoints endpoints;

    Front(Endpoints endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof FullHttpRequest request)) {
            context.fireChannelRead(message);
            return;
        }
        ChannelHandler endpoint = endpoint(request);
        if (endpoint == null) {
            answer(context, request);
            return;
        }
        context.pipeline().addLast(endpoint);
        context.fireChannelRead(request);
        context.pipeline().remove(this);
    }

    private @Nullable ChannelHandler endpoint(FullHttpRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE)
                ? endpoints.webSocket(request.uri(), isDeflated(request))
                : null;
    }

    /** Returns true if the client offers the compression that the pipeline supports. */
    private static boolean isDeflated(FullHttpRequest request) {
        String offer = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, "");
        return offer.contains("permessage-deflate");
    }

    private static void answer(ChannelHandlerContext context, FullHttpRequest request) {
        HttpResponseStatus status = Endpoints.answer(request.uri());
        request.release();
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
