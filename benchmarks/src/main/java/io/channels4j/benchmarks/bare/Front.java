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

/** Answers plain requests, and gives a WebSocket its handler before the handshake is answered. */
@SuppressWarnings("FutureReturnValueIgnored") // a failure comes as an exception of the channel
final class Front extends ChannelInboundHandlerAdapter {

    private static final String CHAT = "/ws/chat/";

    private final Rooms rooms;

    Front(Rooms rooms) {
        this.rooms = rooms;
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
        if (!request.headers().contains(HttpHeaderNames.UPGRADE)) {
            return null;
        }
        String target = request.uri();
        int query = target.indexOf('?');
        String path = (query < 0 ? target : target.substring(0, query)).replace("/ws/blocking/", "/ws/");
        if (path.equals("/ws/echo/")) {
            return new Echo();
        }
        boolean room = path.startsWith(CHAT) && path.endsWith("/") && path.length() > CHAT.length() + 1;
        return room ? new Member(rooms, path.substring(CHAT.length(), path.length() - 1), isDeflated(request)) : null;
    }

    /** Tells whether the peer offers what the pipeline agrees to. */
    private static boolean isDeflated(FullHttpRequest request) {
        String offer = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, "");
        return offer.contains("permessage-deflate");
    }

    private static void answer(ChannelHandlerContext context, FullHttpRequest request) {
        HttpResponseStatus status =
                request.uri().equals("/healthz") ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND;
        request.release();
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
