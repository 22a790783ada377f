package io.channels4j.examples.chat.two;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.h2.tools.Server;

/** The chat's H2 database of a directory, for several processes of this machine. Only who knows its URL gets in. */
final class DatabaseServer {

    private final Server server;
    private final String key;

    private DatabaseServer(Server server, String key) {
        this.server = server;
        this.key = key;
    }

    static DatabaseServer start(Path directory) {
        String key = UUID.randomUUID().toString(); // stands for the database in the URL, and no other name is served
        String database = directory.toAbsolutePath().resolve("chat").toString();
        try {
            Server server =
                    Server.createTcpServer("-tcpDaemon", "-tcpPort", "0", "-ifNotExists", "-key", key, database);
            return new DatabaseServer(server.start(), key);
        } catch (SQLException e) {
            throw new IllegalStateException("database server: not started", e);
        }
    }

    String url() {
        return "jdbc:h2:tcp://localhost:%d/%s".formatted(server.getPort(), key);
    }

    void close() {
        server.stop();
    }
}
