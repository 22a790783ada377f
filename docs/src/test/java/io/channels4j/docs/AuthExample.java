package io.channels4j.docs;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.Connections;
import io.channels4j.auth.UserStore;
import io.channels4j.concurrent.Blocking;
import io.channels4j.http.Form;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.security.AllowedHosts;
import io.channels4j.security.CsrfMiddleware;
import io.channels4j.security.RateLimit;
import io.channels4j.security.RateLimiter;
import io.channels4j.session.SessionStore;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** The code of docs/auth.md. */
final class AuthExample {

    private AuthExample() {}

    static Application site(Accounts accounts, SessionStore sessions) {
        // @start region="site"
        Middleware auth = AuthMiddlewareStack.of(accounts, sessions);
        RateLimiter<String> attempts = RateLimiter.of(RateLimit.of(10, Duration.ofMinutes(5)));
        Application site = ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                                path("register/", () -> new RegisterConsumer(accounts)),
                                path("login/", () -> new LoginConsumer(accounts, attempts)),
                                path("logout/", LogoutConsumer::new),
                                path("password/", () -> new PasswordConsumer(accounts)))
                        .behind(auth))
                .websocket(URLRouter.of(path("ws/greeting/", GreetingConsumer::new))
                        .behind(auth))
                .build()
                .behind(AllowedHosts.of("example.com", "localhost"));
        // @end
        return site;
    }

    // @start region="accounts"
    public record Account(String id, String name, String passwordHash, String stamp) implements User {}

    public static final class Accounts implements UserStore {

        private final Map<String, Account> byId = new ConcurrentHashMap<>(); // your database

        @Override
        public CompletionStage<Optional<Account>> find(String id) {
            return CompletableFuture.completedFuture(Optional.ofNullable(byId.get(id)));
        }

        @Override
        public String sessionStamp(User user) {
            return ((Account) user).stamp(); // sessions with another stamp are rejected
        }

        @Override
        public CompletionStage<Void> endSessions(String userId) {
            byId.computeIfPresent(
                    userId,
                    (id, old) -> new Account(
                            id,
                            old.name(),
                            old.passwordHash(),
                            UUID.randomUUID().toString()));
            return CompletableFuture.completedFuture(null);
        }

        Optional<Account> findByName(String name) {
            return byId.values().stream()
                    .filter(account -> account.name().equals(name))
                    .findFirst();
        }

        Account save(String id, String name, String password) {
            Account account = new Account(
                    id, name, Passwords.hash(password), UUID.randomUUID().toString());
            byId.put(id, account);
            return account;
        }
    }
    // @end

    // @start region="register"
    public static final class RegisterConsumer extends HttpConsumer {

        private final Accounts accounts;

        RegisterConsumer(Accounts accounts) {
            this.accounts = accounts;
        }

        @Override
        protected Set<String> methods() {
            return Set.of("POST");
        }

        @Override
        protected void handle(byte[] body) {
            Form form = Form.of(body);
            String name = form.get("name").orElse("");
            String password = form.get("password").orElse("");
            if (name.isBlank()
                    || password.length() < 12
                    || accounts.findByName(name).isPresent()) {
                sendResponse(400, "choose another name, and a password of at least 12 characters");
                return;
            }
            Account account = accounts.save(UUID.randomUUID().toString(), name, password);
            Blocking.await(Auth.login(scope(), account)); // in the session from now on
            sendResponse(303, Headers.of("location", "/"), new byte[0]);
        }
    }
    // @end

    // @start region="login"
    public static final class LoginConsumer extends HttpConsumer {

        private static final Headers HTML =
                Headers.of("content-type", "text/html; charset=utf-8", "cache-control", "no-store");

        private final Accounts accounts;
        private final RateLimiter<String> attempts;

        LoginConsumer(Accounts accounts, RateLimiter<String> attempts) {
            this.accounts = accounts;
            this.attempts = attempts;
        }

        @Override
        protected Set<String> methods() {
            return Set.of("GET", "POST");
        }

        @Override
        protected void handle(byte[] body) {
            if (!scope().method().equals("POST")) {
                sendForm(200, "");
                return;
            }
            Form form = Form.of(body);
            String name = form.get("name").orElse("");
            if (!CsrfMiddleware.isToken(scope(), form.get("csrf").orElse(""))) {
                sendForm(403, "The form has expired. Please try again.");
            } else if (!attempts.take(name).isZero()) {
                sendForm(429, "Too many attempts. Please try again later.");
            } else {
                login(accounts.findByName(name), form.get("password").orElse(""));
            }
        }

        private void login(Optional<Account> account, String password) {
            if (!Passwords.matches(password, account.map(Account::passwordHash).orElse(Passwords.NONE))) {
                sendForm(403, "The name or the password is wrong.");
                return;
            }
            Blocking.await(Auth.login(scope(), account.orElseThrow()));
            sendResponse(303, Headers.of("location", "/"), new byte[0]);
        }

        private void sendForm(int status, String notice) {
            String page = """
                <p>%s</p>
                <form method="post">
                  <input type="hidden" name="csrf" value="%s">
                  <input name="name"> <input name="password" type="password"> <button>Log in</button>
                </form>
                """.formatted(notice, CsrfMiddleware.token(scope()));
            sendResponse(status, HTML, page.getBytes(StandardCharsets.UTF_8));
        }
    }
    // @end

    // @start region="logout"
    public static final class LogoutConsumer extends HttpConsumer {

        @Override
        protected Set<String> methods() {
            return Set.of("POST"); // other sites cannot log the user out with a link or an image
        }

        @Override
        protected void handle(byte[] body) {
            Blocking.await(Auth.logout(scope()));
            sendResponse(303, Headers.of("location", "/login/"), new byte[0]);
        }
    }
    // @end

    // @start region="list"
    static List<String> openPaths(ChannelLayer layer, String userId) {
        return Connections.list(layer, userId).stream().map(Scope::path).toList();
    }
    // @end

    // @start region="password"
    public static final class PasswordConsumer extends HttpConsumer {

        private final Accounts accounts;

        PasswordConsumer(Accounts accounts) {
            this.accounts = accounts;
        }

        @Override
        protected Set<String> methods() {
            return Set.of("POST");
        }

        @Override
        protected void handle(byte[] body) {
            if (!(scope().user() instanceof Account account)) {
                sendResponse(401, "log in first");
                return;
            }
            String password = Form.of(body).get("password").orElse("");
            Account changed =
                    accounts.save(account.id(), account.name(), password); // with a new stamp: all sessions end
            Blocking.await(Connections.disconnectUser(channelLayer(), changed.id()));
            Blocking.await(Auth.login(scope(), changed)); // this client remains logged in
            sendResponse(200, "changed");
        }
    }
    // @end

    // @start region="everywhere"
    static CompletionStage<Void> block(Accounts accounts, ChannelLayer layer, String userId) {
        return Auth.logoutEverywhere(layer, accounts, userId);
    }
    // @end

    // @start region="consumer"
    public static final class GreetingConsumer extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            return scope().user().authenticated() ? accept() : reject(401, "log in first");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send("Hello, " + scope().user().name());
        }
    }
    // @end

    // @start region="passwords"
    public static final class Passwords {

        /** The hash for unknown users, so that their logins take as long as those of others. */
        static final String NONE = hash("no user has this password");

        private static final int ITERATIONS = 600_000;

        static String hash(String password) {
            byte[] salt = new byte[16];
            new SecureRandom().nextBytes(salt);
            return HexFormat.of().formatHex(salt) + ":" + HexFormat.of().formatHex(derive(password, salt));
        }

        static boolean matches(String password, String hash) {
            String[] parts = hash.split(":", 2);
            byte[] salt = HexFormat.of().parseHex(parts[0]);
            return MessageDigest.isEqual(HexFormat.of().parseHex(parts[1]), derive(password, salt))
                    && !hash.equals(NONE);
        }

        private static byte[] derive(String password, byte[] salt) {
            try {
                PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, 256);
                return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
    // @end
}
