package io.channels4j.benchmarks.bare;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** Maps request targets to handlers and responses. */
record Endpoints(Rooms rooms) {

    private static final String CHAT = "/ws/chat/";

    /**
     * Returns the handler for a WebSocket, or null if the target has none. {@code deflated} states whether compression
     * was negotiated.
     */
    @Nullable
    ChannelHandler webSocket(String target, boolean deflated) {
        int query = target.indexOf('?');
        String path = (query < 0 ? target : target.substring(0, query)).replace("/ws/blocking/", "/ws/");
        if (path.equals("/ws/echo/")) {
            return new Echo();
        }
        boolean room = path.startsWith(CHAT) && path.endsWith("/") && path.length() > CHAT.length() + 1;
        return room ? new Member(rooms, path.substring(CHAT.length(), path.length() - 1), deflated) : null;
    }

    /** Returns the status of the response to a plain request. */
    static HttpResponseStatus answer(String target) {
        return target.equals("/healthz") ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND;
    }
}
