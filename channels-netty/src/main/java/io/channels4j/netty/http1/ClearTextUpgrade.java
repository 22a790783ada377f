package io.channels4j.netty.http1;

import io.channels4j.netty.http.RequestHead;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 request for an upgrade to HTTP/2 (RFC 7540 §3.2). The request is served with HTTP/1.1 if the upgrade is
 * invalid, or if the body might not fit into the initial window of a stream.
 *
 * <p>Confined to its event loop.
 */
public final class ClearTextUpgrade {

    private static final String SETTINGS = "http2-settings";
    private static final int SETTING_BYTES = 6;

    /** The initial flow-control window of a stream. */
    private static final int MAX_BODY_BYTES = 65_535;

    private static final Set<String> HTTP1_ONLY =
            Set.of("connection", "upgrade", "keep-alive", "proxy-connection", "transfer-encoding", "te", SETTINGS);

    private final RequestHead head;
    private final byte[] settings;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

    private ClearTextUpgrade(RequestHead head, byte[] settings) {
        this.head = head;
        this.settings = settings;
    }

    /**
     * Returns the requested upgrade. Returns null if the request asks for none, or if the server does not grant it.
     */
    static @Nullable ClearTextUpgrade of(HttpRequest request, RequestHead head, Channel channel, long maxBodyBytes) {
        if (!request.headers().contains(HttpHeaderNames.UPGRADE)
                || !request.headers().containsValue(HttpHeaderNames.UPGRADE, "h2c", true)
                || request.protocolVersion().minorVersion() == 0
                || channel.pipeline().get(SslHandler.class) != null) {
            return null;
        }
        boolean announced = request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, SETTINGS, true);
        long length = HttpUtil.getContentLength(request, 0L);
        boolean fits = length <= Math.min(maxBodyBytes, MAX_BODY_BYTES)
                && !HttpUtil.isTransferEncodingChunked(request)
                && !request.headers().contains(HttpHeaderNames.EXPECT);
        byte[] settings = settings(request.headers().getAll(SETTINGS));
        return announced && fits && settings != null ? new ClearTextUpgrade(head, settings) : null;
    }

    private static byte @Nullable [] settings(List<String> values) {
        if (values.size() != 1) {
            return null;
        }
        try {
            byte[] payload = Base64.getUrlDecoder().decode(values.get(0).strip());
            return payload.length % SETTING_BYTES == 0 ? payload : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Adds a part of the body. */
    void add(HttpContent content) {
        body.writeBytes(ByteBufUtil.getBytes(content.content()));
    }

    public String method() {
        return head.method();
    }

    /** Returns the path and the query. */
    public String target() {
        return head.target();
    }

    public byte[] body() {
        return body.toByteArray();
    }

    /** Passes each of the client's settings to a consumer (RFC 9113 §6.5.1). */
    public void settings(BiConsumer<Integer, Long> setting) {
        ByteBuffer payload = ByteBuffer.wrap(settings);
        while (payload.hasRemaining()) {
            int id = payload.getShort() & 0xffff;
            setting.accept(id, payload.getInt() & 0xffff_ffffL);
        }
    }

    /**
     * Passes the headers of the request to a consumer in HTTP/2 form. {@code host} becomes {@code :authority}.
     * Connection-specific headers are omitted.
     */
    public void headers(BiConsumer<String, String> field) {
        head.headers().forEach((name, value) -> {
            if (name.equals("host")) {
                field.accept(":authority", value);
            } else if (!HTTP1_ONLY.contains(name)) {
                field.accept(name, value);
            }
        });
    }
}
