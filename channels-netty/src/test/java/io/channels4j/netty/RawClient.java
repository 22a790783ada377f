package io.channels4j.netty;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An HTTP/1.1 and WebSocket client that can send any bytes, valid or not. Calls block for at most 10 seconds. */
public final class RawClient implements AutoCloseable {

    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final int MAX_WAIT_MILLIS = 10_000;

    private static final int MOMENT_MILLIS = 100;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Socket socket;
    private final DataInputStream in;

    /** A received frame. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Frame(boolean last, int reserved, int opcode, byte[] payload) {

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        String closeReason() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    /** A received response. A chunked body is decoded. */
    record Response(int status, String head, String body) {

        String header(String name) {
            for (String line : head.lines().toList()) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return "";
        }
    }

    RawClient(InetSocketAddress address) {
        this(address, 0);
    }

    RawClient(InetSocketAddress address, int receiveBuffer) {
        this(connect(address, receiveBuffer));
    }

    private static Socket connect(InetSocketAddress address, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(address, MAX_WAIT_MILLIS);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a client for a connected socket, which may be a TLS socket. */
    RawClient(Socket connected) {
        try {
            socket = connected;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(MAX_WAIT_MILLIS);
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a client with an open WebSocket. */
    static RawClient open(NettyServer server, String path, String... headers) {
        RawClient client = new RawClient(server.localAddress());
        Response response = client.handshake(path, headers);
        if (response.status() != 101) {
            throw new AssertionError(response.toString());
        }
        return client;
    }

    Response handshake(String path, String... headers) {
        send(handshakeRequest(path, headers));
        return response("GET");
    }

    public static String handshakeRequest(String path, String... headers) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    // ---- bytes ----

    RawClient send(String latin1) {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next byte and returns it without consuming it. */
    int peek() {
        try {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the response to a request that used the given method. */
    Response response(String method) {
        String head = head();
        int status = Integer.parseInt(head.substring(9, 12));
        Response bare = new Response(status, head, "");
        if (status == 101 || status == 100 || status == 204 || status == 304 || method.equals("HEAD")) {
            return bare;
        }
        try {
            String length = bare.header("content-length");
            byte[] body;
            if (bare.header("transfer-encoding").equals("chunked")) {
                body = chunks();
            } else if (length.isEmpty()) {
                body = in.readAllBytes();
            } else {
                body = in.readNBytes(Integer.parseInt(length));
            }
            return new Response(status, head, new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.write(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private String head() {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    private String line() {
        try {
            StringBuilder line = new StringBuilder();
            for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
                line.append((char) b);
            }
            return line.substring(0, line.length() - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads up to and including the given text, or until the connection ends. */
    String readUntil(String latin1) {
        StringBuilder raw = new StringBuilder();
        try {
            while (!endsWith(raw, latin1)) {
                int b = in.read();
                if (b < 0) {
                    return raw.toString();
                }
                raw.append((char) b);
            }
        } catch (java.net.SocketException reset) {
            return raw.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return raw.toString();
    }

    void skip(int bytes) {
        try {
            in.skipNBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean endsWith(StringBuilder text, String end) {
        int from = text.length() - end.length();
        return from >= 0 && text.indexOf(end, from) == from;
    }

    /** Returns true if the server neither sends a byte nor closes the connection for a short time. */
    boolean staysSilent() {
        try {
            socket.setSoTimeout(MOMENT_MILLIS);
            in.read();
            return false;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            restoreTimeout();
        }
    }

    private void restoreTimeout() {
        try {
            socket.setSoTimeout(MAX_WAIT_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns true if the server closes the connection without sending anything more. */
    boolean ended() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    // ---- frames ----

    RawClient text(String text) {
        return frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    RawClient binary(byte[] bytes) {
        return frame(0x82, bytes);
    }

    RawClient closeFrame(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        return frame(
                0x88,
                ByteBuffer.allocate(2 + utf8.length)
                        .putShort((short) code)
                        .put(utf8)
                        .array());
    }

    /** Sends a frame with the given first byte. */
    RawClient frame(int firstByte, byte[] payload) {
        return send(frameBytes(firstByte, payload));
    }

    public static byte[] frameBytes(int firstByte, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            frame.put((byte) 0xfe).putShort((short) payload.length);
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i & 3]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    Frame frame() {
        try {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            if ((second & 0x80) != 0) {
                throw new AssertionError("a frame of the server is masked");
            }
            long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
            byte[] payload = in.readNBytes((int) length);
            return new Frame((first & 0x80) != 0, first >> 4 & 7, first & 15, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shuts down the output. The input stays open. */
    RawClient shutDownOutput() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
