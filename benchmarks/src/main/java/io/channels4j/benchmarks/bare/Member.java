package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One member of a room. All messages of one read are parsed, encoded once, and passed to the room as one batch. If
 * there is a relay, each message is published to it instead. Either all members of a room have negotiated compression
 * or none has. With compression, each message is compressed once.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class Member extends ChannelInboundHandlerAdapter {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String name;
    private final @Nullable Relay relay;
    private final Map<EventLoop, Shard> room;
    private final boolean deflated;
    private List<ByteBuf> batch = new ArrayList<>();

    Member(Rooms rooms, String name, boolean deflated) {
        this.deflated = deflated;
        this.name = name;
        this.relay = rooms.relay();
        this.room = rooms.room(name);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof HandshakeComplete || event == StreamFront.OPENED) {
            room.computeIfAbsent(context.channel().eventLoop(), fresh -> new Shard())
                    .join(context);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Shard shard = room.get(context.channel().eventLoop());
        if (shard != null) {
            shard.leave(context);
        }
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        try {
            JsonNode saying = JSON.readTree(ByteBufUtil.getBytes(frame.content()));
            if (saying.path("type").asString("").equals("message")) {
                say(json(saying.path("message").asString("")));
            }
        } finally {
            frame.release();
        }
    }

    private void say(byte[] json) {
        if (relay == null) {
            batch.add(deflated ? Frames.deflated(json) : Frames.text(json));
        } else {
            relay.publish(name, json);
        }
    }

    private static byte[] json(String text) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("type", "message");
        said.put("message", text);
        said.put("user", "anonymous");
        return JSON.writeValueAsBytes(said);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (batch.isEmpty()) {
            return;
        }
        List<ByteBuf> frames = batch;
        batch = new ArrayList<>();
        EventLoop here = context.channel().eventLoop();
        room.forEach((loop, shard) -> {
            if (loop != here) {
                List<ByteBuf> copies =
                        frames.stream().map(ByteBuf::retainedDuplicate).toList();
                loop.execute(() -> shard.deliver(copies));
            }
        });
        Shard mine = room.get(here);
        if (mine != null) {
            mine.deliver(frames);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        context.close();
    }
}
