package io.channels4j.netty.http2.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StreamFrameEncoderTest {

    private final EmbeddedChannel stream = new EmbeddedChannel(new StreamFrameEncoder());

    @Test
    @DisplayName("RFC 9113 §8.1: DATA is never written ahead of HEADERS, not even that of an urgent ping")
    void dataFollowsTheHead() {
        ByteBuf early = Unpooled.buffer().writeByte(1);

        assertThat(stream.writeOutbound(early)).isFalse();
        assertThat(early.refCnt()).isZero();
        stream.writeOutbound(StreamResponsePart.opening(StreamResponse.head(200)));
        stream.writeOutbound(Unpooled.buffer().writeByte(2));
        assertThat(stream.<Object>readOutbound()).isInstanceOf(Http2HeadersFrame.class);
        Http2DataFrame data = stream.readOutbound();
        assertThat(data.content().readByte()).isEqualTo((byte) 2);
        data.release();
    }
}
