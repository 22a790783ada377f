package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;

/** The members of one room on one event loop. Confined to that loop. */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class Shard {

    private final List<ChannelHandlerContext> members = new ArrayList<>();
    private List<ByteBuf> later = new ArrayList<>();

    void join(ChannelHandlerContext member) {
        members.add(member);
    }

    void leave(ChannelHandlerContext member) {
        int index = members.indexOf(member);
        if (index >= 0) {
            ChannelHandlerContext last = members.remove(members.size() - 1);
            if (index < members.size()) {
                members.set(index, last);
            }
        }
    }

    /** Queues a frame, which is written together with the frames that follow immediately. */
    void add(EventLoop here, ByteBuf frame) {
        later.add(frame);
        if (later.size() == 1) {
            here.execute(() -> {
                List<ByteBuf> frames = later;
                later = new ArrayList<>();
                deliver(frames);
            });
        }
    }

    /**
     * Writes every frame to every member, flushes each member once, and releases the frames. Disconnects members that are not
     * writable.
     */
    void deliver(List<ByteBuf> frames) {
        for (int m = members.size() - 1; m >= 0; m--) {
            ChannelHandlerContext member = members.get(m);
            Channel channel = member.channel();
            if (!channel.isWritable()) {
                channel.close();
                continue;
            }
            for (int f = 0; f < frames.size(); f++) {
                member.write(frames.get(f).retainedDuplicate(), member.voidPromise());
            }
            member.flush();
        }
        frames.forEach(ReferenceCountUtil::release);
    }
}
