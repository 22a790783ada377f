package io.channels4j.examples.chat.two;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.tools.Server;

/** An H2 server for the chat's database, shared by several local processes. The URL contains a secret key. */
final class DatabaseServer {

    private final Server server;
    private final String key;

    private DatabaseServer(Server server, String key) {
        this.server = server;
        this.key = key;
    }

    static DatabaseServer start(Path directory) {
        String key = UUID.randomUUID().toString(); // replaces the database name in the URL; other names are rejected
        String database = directory.toAbsolutePath().resolve("chat").toString();
        try {
            Server server =
                    Server.createTcpServer("-tcpDaemon", "-tcpPort", "0", "-ifNotExists", "-key", key, database);
            return new DatabaseServer(server.start(), key);
        } catch (SQLException e) {
            throw new IllegalStateException("database server: cannot start", e);
        }
    }

    String url() {
        return "jdbc:h2:tcp://localhost:%d/%s".formatted(server.getPort(), key);
    }

    void close() {
        server.stop();
    }
}
