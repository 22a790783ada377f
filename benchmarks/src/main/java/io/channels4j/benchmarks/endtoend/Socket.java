package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one WebSocket. Implements only the part of RFC 6455 that both servers use. Frames are not
 * fragmented. The server may compress them. {@link Upgrade} or {@link ExtendedConnect} precedes this handler and opens
 * the WebSocket. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class Socket extends ByteToMessageDecoder {

    private static final int COMPRESSED_TEXT = 0xc1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** Receives the events of a socket. */
    interface Listener {

        void opened(Socket socket);

        /** Called for a complete text or binary message. The bytes are valid during the call. */
        void message(Socket socket, ByteBuf bytes, int from, int length);

        void closed(Socket socket, String why);

        /** Called for a ping, to which the socket has already replied. */
        default void pinged() {
            // ignored by loads that do not measure pings
        }
    }

    private final @Nullable MessageInflation inflation;
    private final Listener listener;
    private ChannelHandlerContext context;
    private String ending = "connection lost";

    @SuppressWarnings("NullAway.Init") // handlerAdded sets the context before any other method is called
    Socket(@Nullable MessageInflation inflation, Listener listener) {
        this.inflation = inflation;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Notifies the listener that the server has accepted the WebSocket. */
    void opened() {
        listener.opened(this);
    }

    /** Writes one masked frame, which {@link #flush} sends. */
    void write(boolean text, ByteBuf payload) {
        context.write(frame(text ? 1 : 2, payload, payload.readableBytes()), context.voidPromise());
    }

    void flush() {
        context.flush();
    }

    /** Sends a close frame. The server then closes the connection. */
    void close() {
        ending = "as asked";
        ByteBuf normal = context.alloc().buffer(2).writeShort(1000);
        context.writeAndFlush(frame(CLOSE, normal, 2), context.voidPromise());
        normal.release();
    }

    /** Stops reading. */
    void stopReading() {
        context.channel().config().setAutoRead(false);
        context.pipeline()
                .addFirst(
                        new ChannelOutboundHandlerAdapter() { // a decoder also calls read() itself
                            @Override
                            public void read(ChannelHandlerContext asked) {
                                // reading is stopped
                            }
                        });
    }

    /** Closes the connection without a close frame. */
    void cut() {
        end("cut here");
    }

    /** Closes the connection after a failure. */
    void end(String why) {
        ending = why;
        context.close();
    }

    private ByteBuf frame(int opcode, ByteBuf payload, int length) {
        int mask = ThreadLocalRandom.current().nextInt();
        ByteBuf frame = context.alloc().buffer(length + 14).writeByte(0x80 | opcode);
        if (length < 126) {
            frame.writeByte(0x80 | length);
        } else if (length < 65536) {
            frame.writeByte(0x80 | 126).writeShort(length);
        } else {
            frame.writeByte(0x80 | 127).writeLong(length);
        }
        frame.writeInt(mask);
        int from = payload.readerIndex();
        int i = 0;
        for (; i + Integer.BYTES <= length; i += Integer.BYTES) {
            frame.writeInt(payload.getInt(from + i) ^ mask);
        }
        for (; i < length; i++) {
            frame.writeByte(payload.getByte(from + i) ^ mask >>> 24 - 8 * (i & 3));
        }
        return frame;
    }

    @Override
    protected void decode(ChannelHandlerContext lent, ByteBuf in, List<Object> out) {
        while (readFrame(in)) {
            // next frame
        }
    }

    private boolean readFrame(ByteBuf in) {
        int start = in.readerIndex();
        int available = in.readableBytes();
        if (available < 2) {
            return false;
        }
        int announced = in.getByte(start + 1) & 0xff;
        int header = announced < 126 ? 2 : announced == 126 ? 4 : 10;
        if (available < header) {
            return false;
        }
        int length = header == 2
                ? announced
                : header == 4 ? in.getUnsignedShort(start + 2) : Math.toIntExact(in.getLong(start + 2));
        if (available < header + length) {
            return false;
        }
        frame(in.getByte(start) & 0xff, in, start + header, length);
        in.skipBytes(header + length);
        return true;
    }

    private void frame(int first, ByteBuf in, int from, int length) {
        switch (first) {
            case 0x81, 0x82 -> listener.message(this, in, from, length);
            case COMPRESSED_TEXT -> compressed(in, from, length);
            case 0x80 | PING -> {
                context.writeAndFlush(frame(PONG, in.slice(from, length), length));
                listener.pinged();
            }
            case 0x80 | PONG -> {
                // a pong, although the client sent no ping
            }
            case 0x80 | CLOSE -> {
                if (!ending.equals("as asked")) {
                    ending = "closed by the server with " + (length < 2 ? 1005 : in.getUnsignedShort(from));
                    ByteBuf echo = in.slice(from, length);
                    context.writeAndFlush(frame(CLOSE, echo, length), context.voidPromise());
                }
            }
            default -> unexpected(first);
        }
    }

    private void compressed(ByteBuf in, int from, int length) {
        if (inflation == null) {
            unexpected(COMPRESSED_TEXT);
        } else {
            ByteBuf message = inflation.inflate(in, from, length);
            listener.message(this, message, 0, message.readableBytes());
        }
    }

    private void unexpected(int first) {
        end("unexpected frame 0x" + Integer.toHexString(first));
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) throws Exception {
        super.channelInactive(gone); // drains the remaining input
        listener.closed(this, ending);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable failure) {
        end(failure.toString());
    }
}
