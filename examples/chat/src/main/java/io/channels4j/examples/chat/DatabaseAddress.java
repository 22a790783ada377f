package io.channels4j.examples.chat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The address of the database. It is a JDBC URL, with a user and a password unless the URL contains them.
 *
 * @param url the JDBC URL
 * @param user the user, or null
 * @param password the user's password, or null
 */
record DatabaseAddress(
        String url, @Nullable String user, @Nullable String password) {

    /** Returns the address of an embedded H2 database in the given directory, which is created if necessary. */
    static DatabaseAddress inDirectory(Path directory) {
        return new DatabaseAddress("jdbc:h2:file:" + directory.toAbsolutePath().resolve("chat"), null, null);
    }

    /**
     * Parses the value of {@code DATABASE_URL} as hosting platforms set it.
     *
     * @param text {@code jdbc:...}, used unchanged, or {@code postgres://user:password@host:port/database?options}
     * @throws IllegalArgumentException if it is neither. The message omits the text, which may contain a password.
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
            throw unreadable(); // no cause: its message contains the password
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
        return URLDecoder.decode(
                part.replace("+", "%2B"), StandardCharsets.UTF_8); // a plus sign is literal in user info
    }

    private static IllegalArgumentException unreadable() {
        return new IllegalArgumentException(
                "DATABASE_URL: cannot be parsed (expected: jdbc:... or postgres://user:password@host/database)");
    }

    @Override
    public String toString() {
        return url.replaceFirst("\\?.*", ""); // for logs: omits the password, including any in the options
    }
}
