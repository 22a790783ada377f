package io.channels4j.examples.chat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The messages of all rooms, in H2 or PostgreSQL. A room exists once it has a message.
 *
 * <p>Thread-safe. Every method blocks on the database. Asynchronous consumers call it through {@link
 * io.channels4j.concurrent.Blocking}.
 */
final class MessageStore implements AutoCloseable {

    private static final String TABLE = """
        CREATE TABLE IF NOT EXISTS messages (
          id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          room VARCHAR(255) NOT NULL,
          nick VARCHAR(255) NOT NULL,
          body VARCHAR(4000) NOT NULL,
          said_at TIMESTAMP WITH TIME ZONE NOT NULL)\
        """;

    private static final String INDEX = "CREATE INDEX IF NOT EXISTS messages_of_room ON messages (room, id)";

    private static final Duration MAX_WAIT = Duration.ofSeconds(5); // must be shorter than the handshake timeout

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Clock clock;

    private MessageStore(HikariDataSource pool, Clock clock) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.clock = clock;
    }

    /** Connects to the database, and creates the table if it does not exist. */
    static MessageStore open(DatabaseAddress address) {
        return open(address, Clock.systemUTC());
    }

    static MessageStore open(DatabaseAddress address, Clock clock) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("chat");
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setConnectionTimeout(MAX_WAIT.toMillis());
        HikariDataSource pool = new HikariDataSource(config);
        MessageStore store = new MessageStore(pool, clock);
        try {
            store.jdbi.useHandle(
                    handle -> handle.createScript(TABLE + ";" + INDEX).execute());
            return store;
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    ChatMessage add(String room, String nick, String text) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS); // the precision of both databases and the page
        return jdbi.withHandle(handle -> insert(handle, room, new ChatMessage(0, nick, text, now)));
    }

    private static ChatMessage insert(Handle handle, String room, ChatMessage message) {
        long id = handle.createUpdate(
                        "INSERT INTO messages (room, nick, body, said_at) VALUES (:room, :nick, :body, :at)")
                .bind("room", room)
                .bind("nick", message.nick())
                .bind("body", message.text())
                .bind("at", message.at())
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
        return new ChatMessage(id, message.nick(), message.text(), message.at());
    }

    /** Returns the newest messages of a room, oldest first. */
    List<ChatMessage> latest(String room, int limit) {
        List<ChatMessage> newestFirst = jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT id, nick, body, said_at FROM messages WHERE room = :room ORDER BY id DESC LIMIT :limit")
                .bind("room", room)
                .bind("limit", limit)
                .map((row, context) -> new ChatMessage(
                        row.getLong("id"),
                        row.getString("nick"),
                        row.getString("body"),
                        row.getTimestamp("said_at").toInstant()))
                .list());
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** Returns the rooms that have messages, most recently active first. */
    List<RoomSummary> rooms(int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("""
            SELECT room, COUNT(*) AS messages, MAX(said_at) AS last_at FROM messages
            GROUP BY room ORDER BY MAX(id) DESC LIMIT :limit\
            """)
                .bind("limit", limit)
                .map((row, context) -> new RoomSummary(
                        row.getString("room"),
                        row.getLong("messages"),
                        row.getTimestamp("last_at").toInstant()))
                .list());
    }

    @Override
    public void close() {
        pool.close();
    }
}
