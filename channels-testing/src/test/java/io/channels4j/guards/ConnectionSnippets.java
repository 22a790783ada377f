package io.channels4j.guards;

import io.channels4j.Scope;
import io.channels4j.auth.Connections;
import io.channels4j.layer.ChannelLayer;
import java.util.List;

/** The examples in the Javadoc of connections. {@link ConnectionsTest} runs them. */
final class ConnectionSnippets {

    private ConnectionSnippets() {}

    // @start region="list"
    static List<String> openPaths(ChannelLayer layer, String userId) {
        return Connections.list(layer, userId).stream()
                .map(Scope::path)
                .sorted()
                .toList();
    }
    // @end
}
