package io.channels4j.internal;

/** The names under which the library stores its own values in a session. */
public final class SessionKeys {

    /** The id of the logged-in user. */
    public static final String USER_ID = "channels.user_id";

    /** The stamp of the logged-in user at the time of the login. */
    public static final String USER_STAMP = "channels.user_stamp";

    private SessionKeys() {}
}
