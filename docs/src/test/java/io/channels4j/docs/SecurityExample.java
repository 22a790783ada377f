package io.channels4j.docs;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.UserStore;
import io.channels4j.http.Form;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.GroupName;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.security.AllowedHosts;
import io.channels4j.security.AllowedHostsOriginValidator;
import io.channels4j.security.Cors;
import io.channels4j.security.CsrfMiddleware;
import io.channels4j.security.RateLimit;
import io.channels4j.security.RateLimitMiddleware;
import io.channels4j.security.RateLimitMiddleware.OnExcess;
import io.channels4j.security.RateLimiter;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** The code in docs/security.md. */
final class SecurityExample {

    private SecurityExample() {}

    static Application site(UserStore users, SessionStore sessions) {
        // @start region="site"
        Application site = ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("", FormConsumer::new)).behind(AuthMiddlewareStack.of(users, sessions)))
                .websocket(URLRouter.of(path("ws/<str:room>/", RoomConsumer::new))
                        .behind(AllowedHostsOriginValidator.of("example.com"), AuthMiddlewareStack.of(users, sessions)))
                .build()
                .behind(AllowedHosts.of("example.com", ".example.com"));
        // @end
        return site;
    }

    static Application trusted(Application site) {
        // @start region="csrf"
        Application trusted = site.behind(CsrfMiddleware.builder()
                .trustedOrigins("https://admin.example.com")
                .build());
        // @end
        return trusted;
    }

    static Application shared(Application api) {
        // @start region="cors"
        Application shared = api.behind(Cors.builder("https://app.example.com", "http://localhost:5173")
                .headers("content-type", "x-csrf-token")
                .exposedHeaders("x-total-count")
                .credentials()
                .maxAge(Duration.ofMinutes(10))
                .build());
        // @end
        return shared;
    }

    static Application acrossSubdomains(Application site, SessionStore sessions) {
        // @start region="session"
        Application known = site.behind(SessionMiddleware.builder(sessions)
                .cookieName("sid")
                .cookie(cookie -> cookie.domain("example.com").secure(true))
                .build());
        // @end
        return known;
    }

    static Application limited(Application site) {
        // @start region="limits"
        Application limited = site.behind(RateLimitMiddleware.builder()
                .connectsPerAddress(RateLimit.of(60, Duration.ofMinutes(1)))
                .messagesPerConnection(RateLimit.of(10, Duration.ofSeconds(1)).withBurst(20))
                .build());
        RateLimiter<String> searches = RateLimiter.of(RateLimit.of(5, Duration.ofMinutes(1)));
        boolean mayShow = searches.take("ada").isZero();
        // @end
        return mayShow ? limited : site;
    }

    static Application limitedPerUser(Application sockets, UserStore users, SessionStore sessions) {
        // @start region="connections"
        Application limited = sockets.behind(
                AuthMiddlewareStack.of(users, sessions),
                RateLimitMiddleware.builder()
                        .connectionsPerUser(10)
                        .messagesPerConnection(RateLimit.of(10, Duration.ofSeconds(1)), OnExcess.CLOSE)
                        .closeStatus(new CloseStatus(4008, "slow down"))
                        .build());
        // @end
        return limited;
    }

    // @start region="token"
    public static final class FormConsumer extends HttpConsumer {

        private static final Headers HTML =
                Headers.of("content-type", "text/html; charset=utf-8", "cache-control", "no-store");

        @Override
        protected void handle(byte[] body) {
            if (scope().method().equals("POST")) {
                String token = Form.of(body).get("token").orElse("");
                boolean valid = CsrfMiddleware.isToken(scope(), token);
                sendResponse(valid ? 200 : 403, valid ? "saved" : "the form has expired");
                return;
            }
            String form = "<form method=post><input type=hidden name=token value=\"%s\"><button>Save</button></form>"
                    .formatted(CsrfMiddleware.token(scope()));
            sendResponse(200, HTML, form.getBytes(StandardCharsets.UTF_8));
        }
    }
    // @end

    // @start region="room"
    public static final class RoomConsumer extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of(GroupName.of("room", scope().urlRoute().get("room")));
        }
    }
    // @end
}
