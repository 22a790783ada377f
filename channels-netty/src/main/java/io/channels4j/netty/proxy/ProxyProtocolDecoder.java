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
 * Decodes the header of the PROXY protocol, versions 1 and 2, with which a proxy identifies its client at the start of a
 * connection. A connection without a valid header is closed.
 */
public final class ProxyProtocolDecoder extends ByteToMessageDecoder {

    private static final AttributeKey<SocketAddress> CLIENT =
            AttributeKey.valueOf(ProxyProtocolDecoder.class, "client");
    private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int FIXED_BYTES = 16;
    private static final int MAX_LINE_BYTES = 107;
    private static final int MAX_BLOCK_BYTES = 4096;

    /** Returns the address of a connection's client. If no proxy has sent one, it is the address of the peer. */
    public static @Nullable SocketAddress client(Channel channel) {
        SocketAddress client = channel.attr(CLIENT).get();
        return client == null ? channel.remoteAddress() : client;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        boolean done =
                in.getByte(in.readerIndex()) == SIGNATURE[0] ? decodeBinary(context, in) : decodeLine(context, in);
        if (done) {
            context.pipeline().remove(this);
        }
    }

    /** Decodes version 1, a line of text. Returns whether the header is complete and valid. */
    private static boolean decodeLine(ChannelHandlerContext context, ByteBuf in) {
        int end = in.bytesBefore((byte) '\n');
        if (end < 0 && in.readableBytes() < MAX_LINE_BYTES) {
            return false;
        }
        String text = end < 0
                ? ""
                : in.readCharSequence(end + 1, StandardCharsets.US_ASCII).toString();
        String[] words = text.strip().split(" ", -1);
        if (!text.endsWith("\r\n") || text.length() > MAX_LINE_BYTES || !words[0].equals("PROXY") || words.length < 2) {
            return reject(context, in);
        }
        if (words[1].equals("UNKNOWN")) {
            return true;
        }
        InetAddress address = words.length == 6 ? NetUtil.createInetAddressFromIpAddressString(words[2]) : null;
        if (address == null || !words[1].matches("TCP[46]") || !words[4].matches("\\d{1,5}")) {
            return reject(context, in);
        }
        int port = Integer.parseInt(words[4]);
        return port > 65535 ? reject(context, in) : setClient(context, address, port);
    }

    /** Decodes version 2, a binary block. Returns whether the header is complete and valid. */
    private static boolean decodeBinary(ChannelHandlerContext context, ByteBuf in) {
        if (in.readableBytes() < FIXED_BYTES) {
            return false;
        }
        int start = in.readerIndex();
        byte[] signature = new byte[SIGNATURE.length];
        in.getBytes(start, signature);
        int command = in.getUnsignedByte(start + 12);
        int length = in.getUnsignedShort(start + 14);
        if (!Arrays.equals(signature, SIGNATURE)
                || command >> 4 != 2
                || (command & 15) > 1
                || length > MAX_BLOCK_BYTES) {
            return reject(context, in);
        }
        if (in.readableBytes() < FIXED_BYTES + length) {
            return false;
        }
        int family = in.getUnsignedByte(start + 13) >> 4;
        in.skipBytes(FIXED_BYTES);
        ByteBuf block = in.readSlice(length);
        int bytes = family == 1 ? 4 : family == 2 ? 16 : 0;
        if ((command & 15) == 0 || bytes == 0) {
            return true; // a health check of the proxy itself, or not an internet address
        }
        return length < 2 * bytes + 4
                ? reject(context, in)
                : setClient(context, address(block, bytes), port(block, bytes));
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
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }

    private static boolean setClient(ChannelHandlerContext context, InetAddress address, int port) {
        context.channel().attr(CLIENT).set(new InetSocketAddress(address, port));
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    private static boolean reject(ChannelHandlerContext context, ByteBuf in) {
        in.skipBytes(in.readableBytes());
        ServerLog.peer(context.channel().id(), "no valid PROXY protocol header");
        context.close();
        return false;
    }
}
