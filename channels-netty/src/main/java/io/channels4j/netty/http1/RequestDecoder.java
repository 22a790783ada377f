package io.channels4j.netty.http1;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Netty's decoder with our limits. A request that two servers could interpret differently is rejected rather than repaired. */
public final class RequestDecoder extends HttpRequestDecoder {

    private static final int MAX_CHUNK_BYTES = 64 * 1024;

    public RequestDecoder(int maxHeaderBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeaderBytes)
                .setMaxHeaderSize(maxHeaderBytes)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true));
    }

    /** Rejects a request with both a content-length and a transfer-encoding (RFC 9112 §6.1). */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both transfer-encoding and content-length");
    }
}
