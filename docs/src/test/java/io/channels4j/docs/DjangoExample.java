package io.channels4j.docs;

import io.channels4j.Middleware;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.concurrent.Blocking;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.redis.DjangoChannelLayer;
import io.channels4j.redis.DjangoPubSubChannelLayer;
import io.channels4j.redis.DjangoSessions;
import io.channels4j.redis.RedisHosts;
import io.channels4j.redis.serializer.DjangoSerializer;
import java.util.Optional;

/** The code in docs/django.md. */
final class DjangoExample {

    private DjangoExample() {}

    /** A user with the column {@code password}. */
    record Account(String id, String name, String password) implements User {}

    /** Blocking access to Django's database. */
    interface Database {

        Optional<String> sessionData(String sessionKey);

        Optional<Account> account(String id);
    }

    static ChannelLayer core() {
        // @start region="core"
        ChannelLayer layer = DjangoChannelLayer.builder(
                        RedisHosts.of("redis://redis-1:6379/0", "redis://redis-2:6379/0"))
                .prefix("asgi")
                .encryptionKeys("the new secret", "the old secret")
                .build();
        // @end
        return layer;
    }

    static ChannelLayer pubsub() {
        // @start region="pubsub"
        ChannelLayer layer = DjangoPubSubChannelLayer.builder(
                        RedisHosts.of("redis://redis-1:6379/0", "redis://redis-2:6379/0"))
                .prefix("asgi")
                .serializer(DjangoSerializer.messagePack().broadcastsAs("broadcast.message"))
                .encryptionKeys("the new secret", "the old secret")
                .build();
        // @end
        return layer;
    }

    static Middleware sessions(Database database) {
        // @start region="sessions"
        DjangoSessions sessions = DjangoSessions.builder("the SECRET_KEY", "an earlier SECRET_KEY")
                .database(key -> Blocking.call(() -> database.sessionData(key)))
                .build();

        Middleware logins = AuthMiddlewareStack.of(
                sessions.middleware(),
                sessions.authenticator(
                        id -> Blocking.call(() -> database.account(id)), user -> ((Account) user).password()));
        // @end
        return logins;
    }
}
