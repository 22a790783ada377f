package io.channels4j.netty.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder with our limits; a request that two servers could read differently is an error, not repaired. */
public final class RequestDecoder extends HttpRequestDecoder {

    private static final int PART_OF_A_BODY = 64 * 1024;

    public RequestDecoder(int maxHeaderBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeaderBytes)
                .setMaxHeaderSize(maxHeaderBytes)
                .setMaxChunkSize(PART_OF_A_BODY)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true));
    }

    /** RFC 9112 §6.1: a request with both lengths ought to be handled as an error. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both transfer-encoding and content-length");
    }
}
