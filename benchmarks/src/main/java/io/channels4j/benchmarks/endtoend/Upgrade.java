package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Opens a WebSocket with the HTTP/1.1 handshake (RFC 6455 section 4.1), then removes itself. Confined to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class Upgrade extends ByteToMessageDecoder {

    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final String path;
    private final String headers;
    private final Socket socket;

    /** Creates a handler that adds the given headers to the request. Each header must be terminated by CRLF. */
    Upgrade(String path, String headers, Socket socket) {
        this.path = path;
        this.headers = headers;
        this.socket = socket;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        String request = "GET " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-version: 13\r\nsec-websocket-key: " + key() + "\r\n"
                + headers
                + "\r\n";
        context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), request), context.voidPromise());
    }

    private static String key() {
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int end = indexOfEnd(in);
        if (end < 0) {
            return;
        }
        String status = in.toString(in.readerIndex(), Math.min(end, 12), StandardCharsets.US_ASCII);
        in.skipBytes(end + END_OF_HEAD.length);
        if (!status.equals("HTTP/1.1 101")) {
            socket.end("refused: " + status);
            return;
        }
        context.pipeline().remove(this); // passes the bytes that follow the response head to the socket
        socket.opened();
    }

    private static int indexOfEnd(ByteBuf in) {
        for (int i = in.readerIndex(); i + END_OF_HEAD.length <= in.writerIndex(); i++) {
            if (in.getInt(i) == 0x0d0a0d0a) {
                return i - in.readerIndex();
            }
        }
        return -1;
    }
}
