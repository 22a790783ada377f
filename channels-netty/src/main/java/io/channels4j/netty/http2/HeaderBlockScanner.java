package io.channels4j.netty.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Tracks the header blocks in the input of a connection (RFC 9113 §4.3). Netty reports a block only once it is complete. If a
 * block is too long or too slow, the server needs the stream and the size that this class records.
 *
 * <p>Confined to its event loop.
 */
final class HeaderBlockScanner {

    private static final int PREFACE_BYTES = 24;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final int END_HEADERS = 4;

    private final byte[] frameHead = new byte[FRAME_HEAD_BYTES];
    private int frameHeadBytes;

    /** The number of bytes that remain in the preface or in the payload of the current frame. */
    private int left = PREFACE_BYTES;

    private boolean established;
    private int stream;
    private int blockBytes;
    private long blocks;

    /** Whether the current header block continues in another frame. */
    private boolean continues;

    /** Whether the current frame belongs to a header block. */
    private boolean inBlock;

    void scan(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (left > 0) {
                int skipped = Math.min(left, end - at);
                at += skipped;
                left -= skipped;
            } else {
                frameHead[frameHeadBytes++] = bytes.getByte(at++);
                if (frameHeadBytes == FRAME_HEAD_BYTES) {
                    frameHeadBytes = 0;
                    startFrame();
                }
            }
        }
    }

    private void startFrame() {
        left = (frameHead[0] & 0xff) << 16 | (frameHead[1] & 0xff) << 8 | frameHead[2] & 0xff;
        established = true;
        boolean starts = frameHead[3] == Http2FrameTypes.HEADERS;
        inBlock = starts || frameHead[3] == Http2FrameTypes.CONTINUATION;
        if (starts) {
            stream = (frameHead[5] & 0x7f) << 24
                    | (frameHead[6] & 0xff) << 16
                    | (frameHead[7] & 0xff) << 8
                    | frameHead[8] & 0xff;
            blockBytes = 0;
            blocks++;
        }
        if (inBlock) {
            blockBytes += left;
            continues = (frameHead[4] & END_HEADERS) == 0;
        }
    }

    /**
     * Returns true while a header block is incomplete. Also returns true until the preface and the head of the first
     * frame have arrived.
     */
    boolean awaitsMore() {
        return !established || continues || inBlock && left > 0;
    }

    /** Returns the number of header blocks that have started. */
    long blocks() {
        return blocks;
    }

    /** Returns the stream of the latest header block, or 0 before the first one. */
    int stream() {
        return stream;
    }

    /** Returns the payload size of the frames that have started in the latest header block. */
    int blockBytes() {
        return blockBytes;
    }
}
