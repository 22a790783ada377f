package io.channels4j.netty.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Netty's decoder with the server's limits. A request that two servers could interpret differently is rejected rather than
 * repaired.
 *
 * <p>Confined to its event loop.
 */
public final class RequestDecoder extends HttpRequestDecoder {

    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    /** The maximum size of the method, the version and the spaces in a request line. */
    private static final int OTHER_LINE_BYTES = 64;

    private State state = State.BETWEEN;

    /** The end of the most recent word in the current request line. */
    private int wordEnd;

    /**
     * The position in the input.
     *
     * <table>
     * <caption>Transitions</caption>
     * <tr><th>state</th><th>input</th><th>next state</th></tr>
     * <tr><td>{@code BETWEEN}</td><td>a visible ASCII character</td><td>{@code HEAD}</td></tr>
     * <tr><td>{@code BETWEEN}</td><td>any other character except a line break</td><td>{@code FAILED}</td></tr>
     * <tr><td>{@code HEAD}</td><td>the end of the head</td><td>{@code BODY}</td></tr>
     * <tr><td>{@code BODY}</td><td>the end of the body</td><td>{@code BETWEEN}</td></tr>
     * </table>
     */
    private enum State {
        BETWEEN,
        HEAD,
        BODY,
        FAILED
    }

    public RequestDecoder(int maxUrlBytes, int maxHeaderBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength((int) Math.min(Integer.MAX_VALUE, (long) maxUrlBytes + OTHER_LINE_BYTES))
                .setMaxHeaderSize(maxHeaderBytes)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true));
    }

    /** Returns true if a part of a request's head has arrived, but not all of it. */
    boolean isWithinHead() {
        return state == State.HEAD;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (state == State.BETWEEN) {
            start(in, out);
        }
        if (state == State.BETWEEN || state == State.FAILED) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = before; i < out.size(); i++) {
            Object part = out.get(i);
            state = part instanceof LastHttpContent ? State.BETWEEN : part instanceof HttpRequest ? State.BODY : state;
        }
    }

    /** Skips blank lines before a request (RFC 9112 §2.2), but nothing else. Netty would also skip control characters. */
    private void start(ByteBuf in, List<Object> out) {
        while (in.isReadable()) {
            byte next = in.getByte(in.readerIndex());
            if (next != '\r' && next != '\n') {
                state = next > ' ' && next < 0x7f ? State.HEAD : State.FAILED;
                break;
            }
            in.skipBytes(1);
        }
        if (state == State.FAILED) {
            HttpMessage invalid = createInvalidMessage();
            invalid.setDecoderResult(DecoderResult.failure(
                    new IllegalArgumentException("the request line does not start with a method")));
            out.add(invalid);
        }
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        wordEnd = start + length;
        return super.splitFirstWordInitialLine(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        requireSingleSpace(line, start, length);
        wordEnd = start + length;
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        requireSingleSpace(line, start, length);
        for (int i = start; i < start + Math.min(length, 4); i++) {
            if (line[i] >= 'a') { // Netty ignores case, but the name is case-sensitive (RFC 9112 §2.3)
                throw new IllegalArgumentException("the name of the protocol is not HTTP");
            }
        }
        return super.splitThirdWordInitialLine(line, start, length);
    }

    /** Rejects tabs, control characters and repeated spaces between the words of the request line (RFC 9112 §3). */
    private void requireSingleSpace(byte[] line, int start, int length) {
        if (length > 0 && (start != wordEnd + 1 || line[wordEnd] != ' ')) {
            throw new IllegalArgumentException("the words of the request line are not separated by one space each");
        }
    }

    /** Rejects a request with both a content-length and a transfer-encoding (RFC 9112 §6.1). */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both transfer-encoding and content-length");
    }
}
