package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.EmptyHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * An HTTP/2 client that can send any frames, valid or not. It acknowledges SETTINGS and liveness PINGs, but never sends
 * WINDOW_UPDATE by itself. While it waits for a frame on one stream, it keeps the frames of other streams. Calls block for at
 * most 10 seconds.
 */
public final class Http2Client implements Closeable {

    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    static final int DATA = 0;
    public static final int HEADERS = 1;
    static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    static final int ACK = 1;
    public static final int END_HEADERS = 4;

    static final long LIVENESS_PING = 0x616c697665L;

    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int INTERNAL_ERROR = 2;
    static final int STREAM_CLOSED = 5;
    static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);
    private final ArrayDeque<Frame> unread = new ArrayDeque<>();
    private final Set<Integer> ended = new HashSet<>();
    private boolean answers = true;
    private final ByteArrayOutputStream webSocket = new ByteArrayOutputStream();

    /** A received frame. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(int type, int flags, int stream, byte[] payload, Http2Headers headers) {

        boolean ends() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** Returns the error code of a RST_STREAM or GOAWAY frame. */
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        int lastStream() {
            return ByteBuffer.wrap(payload).getInt();
        }
    }

    /** A received response. */
    record Response(int status, Http2Headers headers, String body) {

        String header(String name) {
            CharSequence value = headers.get(name);
            return value == null ? "" : value.toString();
        }
    }

    Http2Client(Socket connected) {
        socket = connected;
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Socket connect(NettyServer server) {
        return connect(server, 0);
    }

    /** Connects with the given receive buffer size in bytes, or the default size if 0. */
    static Socket connect(NettyServer server, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(server.localAddress(), RawClient.MAX_WAIT_MILLIS);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a client that has started HTTP/2 with prior knowledge. {@code settings} alternates between ids and
     * values.
     */
    static Http2Client open(NettyServer server, int... settings) {
        return new Http2Client(connect(server)).begin(settings);
    }

    Http2Client begin(int... settings) {
        return send(PREFACE.getBytes(ISO_8859_1)).settings(settings);
    }

    // ---- outgoing frames ----

    Http2Client send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] frameBytes(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    Http2Client frame(int type, int flags, int stream, byte... payload) {
        return send(frameBytes(type, flags, stream, payload));
    }

    Http2Client settings(int... idsAndValues) {
        ByteBuffer payload = ByteBuffer.allocate(idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    Http2Client window(int stream, int more) {
        return frame(WINDOW_UPDATE, 0, stream, number(more));
    }

    Http2Client reset(int stream, int error) {
        return frame(RST_STREAM, 0, stream, number(error));
    }

    public static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** Sends a request without a body. */
    Http2Client get(int stream, String path, String... more) {
        return headers(stream, END_STREAM, request("GET", path, more));
    }

    /** Sends the head of a request whose body follows. */
    Http2Client post(int stream, String path, String... more) {
        return headers(stream, 0, request("POST", path, more));
    }

    public static String[] request(String method, String path, String... more) {
        String[] fields = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", method, ":scheme", "http", ":path", path, ":authority", "h"}, 0, fields, 0, 8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return fields;
    }

    /** Requests a WebSocket (RFC 8441). */
    Http2Client connectWebSocket(int stream, String path, String... more) {
        String[] fields = new String[4 + more.length];
        System.arraycopy(new String[] {":protocol", "websocket", "sec-websocket-version", "13"}, 0, fields, 0, 4);
        System.arraycopy(more, 0, fields, 4, more.length);
        return headers(stream, 0, request("CONNECT", path, fields));
    }

    Http2Client headers(int stream, int flags, String... fields) {
        return frame(HEADERS, flags | END_HEADERS, stream, block(fields));
    }

    /** Encodes the fields in the given order as literals without indexing or Huffman coding (RFC 7541 §6.2.2). */
    public static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            literal(block, fields[i]);
            literal(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write(rest & 127 | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    Http2Client data(int stream, byte[] bytes, boolean last) {
        return frame(DATA, last ? END_STREAM : 0, stream, bytes);
    }

    Http2Client data(int stream, String text, boolean last) {
        return data(stream, text.getBytes(UTF_8), last);
    }

    // ---- incoming frames ----

    /** Waits for a frame without replying to any frame, as if the client had disappeared. */
    Frame awaitUnanswered(int type) {
        answers = false;
        return await(type);
    }

    /** Returns the next frame of any type on any stream. */
    Frame read() {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            Http2Headers headers = type == HEADERS ? decode(stream, payload) : EmptyHttp2Headers.INSTANCE;
            Frame frame = new Frame(type, flags, stream, payload, headers);
            if (frame.ends()) {
                ended.add(stream);
            }
            if (type == SETTINGS && (flags & ACK) == 0) {
                frame(SETTINGS, ACK, 0);
            }
            if (answers
                    && type == PING
                    && flags == 0
                    && ByteBuffer.wrap(payload).getLong() == LIVENESS_PING) {
                frame(PING, ACK, 0, payload);
            }
            return frame;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the next frame of a stream, skipping WINDOW_UPDATE and SETTINGS. Frames of other streams are kept. */
    Frame next(int stream) {
        for (Iterator<Frame> kept = unread.iterator(); kept.hasNext(); ) {
            Frame frame = kept.next();
            if (frame.stream() == stream) {
                kept.remove();
                return frame;
            }
        }
        while (true) {
            Frame frame = read();
            if (frame.stream() == stream && frame.type() != WINDOW_UPDATE && frame.type() != SETTINGS) {
                return frame;
            }
            if (frame.type() == GOAWAY && frame.error() != NO_ERROR) {
                throw new AssertionError("GOAWAY " + frame.error() + " "
                        + new String(frame.payload(), 8, frame.payload().length - 8, UTF_8));
            }
            if (frame.type() != WINDOW_UPDATE && frame.type() != SETTINGS) {
                unread.add(frame);
            }
        }
    }

    /** Returns true if the server has ended its side of the stream, or if the next frame ends it. */
    boolean ends(int stream) {
        return ended.contains(stream) || next(stream).ends();
    }

    /** Returns the next frame of the given type on any stream. Other frames are dropped. */
    Frame await(int type) {
        Frame frame = read();
        while (frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    private Http2Headers decode(int stream, byte[] payload) {
        ByteBuf block = Unpooled.wrappedBuffer(payload);
        try {
            return hpack.decodeHeaders(stream, block);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        } finally {
            block.release();
        }
    }

    /** Reads the head of a response. */
    Response head(int stream) {
        Frame frame = next(stream);
        if (frame.type() != HEADERS) {
            throw new AssertionError("frame of type " + frame.type() + ", "
                    + (frame.payload().length > 3 ? frame.error() : "") + " (expected: HEADERS)");
        }
        Http2Headers headers = frame.headers();
        return new Response(Integer.parseInt(headers.status().toString()), headers, frame.ends() ? "" : "…");
    }

    /** Reads a complete response. */
    Response response(int stream) {
        Response head = head(stream);
        return head.body().isEmpty() ? head : new Response(head.status(), head.headers(), body(stream));
    }

    String body(int stream) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Frame frame;
        do {
            frame = next(stream);
            if (frame.type() != DATA) {
                throw new AssertionError("frame of type " + frame.type() + " (expected: DATA)");
            }
            body.writeBytes(frame.payload());
        } while (!frame.ends());
        return body.toString(UTF_8);
    }

    /** Returns the next WebSocket frame on a stream. Only one such stream is supported. */
    RawClient.Frame webSocketFrame(int stream) {
        while (true) {
            ByteBuffer bytes = ByteBuffer.wrap(webSocket.toByteArray());
            if (bytes.remaining() >= 2) {
                int first = bytes.get() & 0xff;
                int second = bytes.get() & 0xff;
                int more = second == 126 ? 2 : second == 127 ? 8 : 0;
                if (bytes.remaining() >= more) {
                    long length = more == 2 ? bytes.getShort() & 0xffff : more == 8 ? bytes.getLong() : second;
                    if (bytes.remaining() >= length) {
                        byte[] payload = new byte[(int) length];
                        bytes.get(payload);
                        webSocket.reset();
                        webSocket.write(bytes.array(), bytes.position(), bytes.remaining());
                        return new RawClient.Frame((first & 0x80) != 0, first >> 4 & 7, first & 15, payload);
                    }
                }
            }
            Frame frame = next(stream);
            if (frame.type() != DATA) {
                throw new AssertionError("frame of type " + frame.type() + " (expected: DATA)");
            }
            webSocket.writeBytes(frame.payload());
        }
    }

    Http2Client text(int stream, String text) {
        return data(stream, RawClient.frameBytes(0x81, text.getBytes(UTF_8)), false);
    }

    /** Returns true if the server closes the connection. Frames received before that are ignored. */
    boolean ended() {
        try {
            return in.readAllBytes() != null;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
