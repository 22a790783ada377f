package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.security.RateLimit;
import io.channels4j.security.RateLimitMiddleware;
import io.channels4j.security.RateLimiter;
import java.time.Duration;
import java.util.Optional;

/** The examples in the Javadoc of the rate limits. {@link RateLimitMiddlewareTest} runs them. */
final class RateLimitSnippets {

    static Application limited(Application chat) {
        // @start region="limits"
        Application limited = chat.behind(RateLimitMiddleware.builder()
                .connectsPerAddress(RateLimit.of(30, Duration.ofMinutes(1)))
                .messagesPerConnection(RateLimit.of(10, Duration.ofSeconds(1)).withBurst(20))
                .bytesPerConnection(RateLimit.of(64 * 1024, Duration.ofSeconds(1)))
                .build());
        // @end
        return limited;
    }

    // @start region="limiter"
    private final RateLimiter<String> searches = RateLimiter.of(RateLimit.of(5, Duration.ofMinutes(1)));

    Optional<Duration> waitBeforeSearch(String userId) {
        Duration wait = searches.take(userId);
        return wait.isZero() ? Optional.empty() : Optional.of(wait);
    }
    // @end
}
