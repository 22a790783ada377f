package io.channels4j.netty.proxy;

import io.channels4j.netty.log.ServerLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header with which a proxy begins a connection, and that tells who the client is (PROXY protocol, versions 1 and 2).
 * A connection that begins otherwise is closed.
 */
public final class ProxyProtocolDecoder extends ByteToMessageDecoder {

    private static final AttributeKey<SocketAddress> CLIENT =
            AttributeKey.valueOf(ProxyProtocolDecoder.class, "client");
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int FIXED_BYTES = 16;
    private static final int MOST_LINE_BYTES = 107;
    private static final int MOST_BYTES = 4096;

    /** Returns who the client of a connection is: whom its proxy named, or else the peer. */
    public static @Nullable SocketAddress client(Channel channel) {
        SocketAddress named = channel.attr(CLIENT).get();
        return named == null ? channel.remoteAddress() : named;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        boolean done = in.getByte(in.readerIndex()) == SIGNATURE[0] ? binary(context, in) : line(context, in);
        if (done) {
            context.pipeline().remove(this);
        }
    }

    /** Version 1. */
    private static boolean line(ChannelHandlerContext context, ByteBuf in) {
        int end = in.bytesBefore((byte) '\n');
        if (end < 0 && in.readableBytes() < MOST_LINE_BYTES) {
            return false;
        }
        String text = end < 0
                ? ""
                : in.readCharSequence(end + 1, StandardCharsets.US_ASCII).toString();
        String[] words = text.strip().split(" ", -1);
        if (!text.endsWith("\r\n")
                || text.length() > MOST_LINE_BYTES
                || !words[0].equals("PROXY")
                || words.length < 2) {
            return refuse(context, in);
        }
        if (words[1].equals("UNKNOWN")) {
            return true;
        }
        InetAddress address = words.length == 6 ? NetUtil.createInetAddressFromIpAddressString(words[2]) : null;
        if (address == null || !words[1].matches("TCP[46]") || !words[4].matches("\\d{1,5}")) {
            return refuse(context, in);
        }
        int port = Integer.parseInt(words[4]);
        return port > 65535 ? refuse(context, in) : named(context, address, port);
    }

    /** Version 2. */
    private static boolean binary(ChannelHandlerContext context, ByteBuf in) {
        if (in.readableBytes() < FIXED_BYTES) {
            return false;
        }
        int start = in.readerIndex();
        byte[] signature = new byte[SIGNATURE.length];
        in.getBytes(start, signature);
        int command = in.getUnsignedByte(start + 12);
        int length = in.getUnsignedShort(start + 14);
        if (!Arrays.equals(signature, SIGNATURE) || command >> 4 != 2 || (command & 15) > 1 || length > MOST_BYTES) {
            return refuse(context, in);
        }
        if (in.readableBytes() < FIXED_BYTES + length) {
            return false;
        }
        int family = in.getUnsignedByte(start + 13) >> 4;
        in.skipBytes(FIXED_BYTES);
        ByteBuf block = in.readSlice(length);
        int bytes = family == 1 ? 4 : family == 2 ? 16 : 0;
        if ((command & 15) == 0 || bytes == 0) {
            return true; // from the proxy itself, or from no internet address
        }
        return length < 2 * bytes + 4 ? refuse(context, in) : named(context, address(block, bytes), port(block, bytes));
    }

    private static int port(ByteBuf block, int addressBytes) {
        return block.getUnsignedShort(2 * addressBytes);
    }

    private static InetAddress address(ByteBuf block, int bytes) {
        byte[] address = new byte[bytes];
        block.getBytes(0, address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private static boolean named(ChannelHandlerContext context, InetAddress address, int port) {
        context.channel().attr(CLIENT).set(new InetSocketAddress(address, port));
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    private static boolean refuse(ChannelHandlerContext context, ByteBuf in) {
        in.skipBytes(in.readableBytes());
        ServerLog.peer(context.channel().id(), "no valid header of the PROXY protocol");
        context.close();
        return false;
    }
}
