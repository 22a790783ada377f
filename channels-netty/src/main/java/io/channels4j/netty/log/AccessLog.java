package io.channels4j.netty.log;

import io.channels4j.Scope;
import io.channels4j.server.ConnectionSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log. The logger {@code io.channels4j.access} writes one line per request that reached the application and two per
 * accepted WebSocket. The path is logged in its encoded form, because a decoded path may contain line feeds. The query is
 * omitted, because it may contain secrets.
 */
public final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.access");

    private AccessLog() {}

    public static void accepted(Scope scope) {
        LOG.info("{} {} websocket {} opened", scope.connectionId(), client(scope), scope.rawPath());
    }

    public static void closed(Scope scope, ConnectionSummary summary) {
        if (scope.type().equals("http")) {
            LOG.info(
                    "{} {} {} {} {} in {} ms, {} bytes in, {} bytes out",
                    scope.connectionId(),
                    client(scope),
                    scope.method(),
                    scope.rawPath(),
                    summary.status(),
                    summary.duration().toMillis(),
                    summary.bytesIn(),
                    summary.bytesOut());
        } else {
            LOG.info(
                    "{} {} websocket {} closed {} after {} ms, {} messages and {} bytes in, {} messages and {} bytes"
                            + " out",
                    scope.connectionId(),
                    client(scope),
                    scope.rawPath(),
                    summary.status(),
                    summary.duration().toMillis(),
                    summary.messagesIn(),
                    summary.bytesIn(),
                    summary.messagesOut(),
                    summary.bytesOut());
        }
    }

    private static Object client(Scope scope) {
        return scope.client().<Object>map(address -> address).orElse("-");
    }
}
