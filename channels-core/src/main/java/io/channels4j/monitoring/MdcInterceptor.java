package io.channels4j.monitoring;

import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.consumer.Interceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Adds the connection to the logging context (SLF4J's MDC) of each callback.
 *
 * {@snippet class="io.channels4j.docs.ObservabilityExample" region="mdc"}
 *
 * <table>
 * <caption>Keys</caption>
 * <tr><th>key</th><th>value</th></tr>
 * <tr><td>{@code connection}</td><td>the id of the connection; see {@link Scope#connectionId()}</td></tr>
 * <tr><td>{@code route}</td><td>the pattern of the route; absent without a route</td></tr>
 * <tr><td>{@code user}</td><td>the id of the user; absent for an anonymous user</td></tr>
 * </table>
 *
 * <p>Work that a callback starts with {@link io.channels4j.concurrent.Blocking} has the same context. When the work has
 * completed, the steps that depend on it have the context, too. Previous values of the keys are restored when the callback's
 * method returns.
 *
 * <p>Immutable and thread-safe.
 */
public final class MdcInterceptor implements Interceptor {

    /** The key of the connection's id. */
    public static final String CONNECTION = "connection";

    /** The key of the route's pattern. */
    public static final String ROUTE = "route";

    /** The key of the user's id. */
    public static final String USER = "user";

    private MdcInterceptor() {}

    /**
     * Returns an interceptor.
     *
     * @return the interceptor
     */
    public static MdcInterceptor create() {
        return new MdcInterceptor();
    }

    @Override
    public Interception start(Callback callback) {
        Scope scope = callback.scope();
        User user = scope.user();
        Restoration before = new Restoration(MDC.get(CONNECTION), MDC.get(ROUTE), MDC.get(USER));
        set(CONNECTION, scope.connectionId());
        set(ROUTE, scope.urlRoute().route());
        set(USER, user.id());
        return before;
    }

    private static void set(String key, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }

    /** The values of the keys before a callback. */
    private record Restoration(
            @Nullable String connection,
            @Nullable String route,
            @Nullable String user) implements Interception {

        @Override
        public void returned() {
            set(CONNECTION, connection);
            set(ROUTE, route);
            set(USER, user);
        }
    }
}
