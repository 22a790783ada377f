package io.channels4j.redis.connection;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A connection without a server. It stays open until the test breaks it, and it executes no commands. */
public final class FakeConnection {

    private final List<RedisConnectionStateListener> listeners = new CopyOnWriteArrayList<>();

    @SuppressWarnings("unchecked") // proxies have no type parameters
    private final StatefulRedisConnection<byte[], byte[]> connection =
            (StatefulRedisConnection<byte[], byte[]>) proxy(StatefulRedisConnection.class, this::call);

    @SuppressWarnings("unchecked")
    private final RedisAsyncCommands<byte[], byte[]> commands =
            (RedisAsyncCommands<byte[], byte[]>) proxy(RedisAsyncCommands.class, (method, arguments) -> null);

    private volatile boolean open = true;

    private interface Call {
        @Nullable
        Object answer(String method, @Nullable Object[] arguments);
    }

    public StatefulRedisConnection<byte[], byte[]> connection() {
        return connection;
    }

    /** Breaks the connection and notifies the listeners. */
    @SuppressWarnings("NullAway") // the listeners ignore the argument
    public void lose() {
        open = false;
        listeners.forEach(listener -> listener.onRedisDisconnected((RedisChannelHandler<?, ?>) null));
    }

    private @Nullable Object call(String method, @Nullable Object[] arguments) {
        return switch (method) {
            case "addListener" -> {
                listeners.add((RedisConnectionStateListener) arguments[0]);
                yield null;
            }
            case "async" -> commands;
            case "isOpen" -> open;
            case "closeAsync" -> CompletableFuture.completedFuture(null);
            default -> throw new UnsupportedOperationException(method);
        };
    }

    private static Object proxy(Class<?> type, Call call) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> call.answer(method.getName(), arguments);
                });
    }
}
