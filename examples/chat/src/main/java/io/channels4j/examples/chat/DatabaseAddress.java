package io.channels4j.examples.chat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages are kept: a JDBC URL, and a user and a password unless the URL holds them or none are needed.
 *
 * @param url what JDBC connects to
 * @param user who connects, or null
 * @param password the password of the user, or null
 */
record DatabaseAddress(
        String url, @Nullable String user, @Nullable String password) {

    /** An embedded H2 database in files of this directory, which is made when the first message needs it. */
    static DatabaseAddress inDirectory(Path directory) {
        return new DatabaseAddress("jdbc:h2:file:" + directory.toAbsolutePath().resolve("chat"), null, null);
    }

    /**
     * Reads what hosting platforms put into {@code DATABASE_URL}.
     *
     * @param text {@code jdbc:...}, taken as it is, or {@code postgres://user:password@host:port/database?options}
     * @throws IllegalArgumentException when it is neither; the message does not repeat the text, for it may hold
     *     a password
     */
    static DatabaseAddress of(String text) {
        if (text.startsWith("jdbc:")) {
            return new DatabaseAddress(text, null, null);
        }
        if (!text.startsWith("postgres://") && !text.startsWith("postgresql://")) {
            throw unreadable();
        }
        return ofPostgres(text);
    }

    private static DatabaseAddress ofPostgres(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw unreadable(); // without the cause: its message repeats the password
        }
        if (uri.getHost() == null || uri.getRawPath().length() < 2) {
            throw unreadable();
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String options = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String[] who = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        return new DatabaseAddress(
                "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + options,
                who.length > 0 ? decoded(who[0]) : null,
                who.length > 1 ? decoded(who[1]) : null);
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8); // a plus is a plus here
    }

    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException(
                "DATABASE_URL: not readable (expected: jdbc:... or postgres://user:password@host/database)");
    }

    @Override
    public String toString() {
        return url.replaceFirst("\\?.*", ""); // goes into logs: no password, neither ours nor one among the options
    }
}
