package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.middleware.Cookie.SameSite;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SignedCookieSessionStore;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the cookie of a session: its name, its attributes, and several cookies with one name. */
class SessionCookieTest extends SessionFixture {

    @Test
    void setsOneCookieWithSafeAttributes() {
        assertThat(get("/put", "").headers().all("set-cookie"))
                .singleElement()
                .asString()
                .matches("sessionid=[A-Za-z0-9_-]{32}; Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax");
    }

    @Test
    void setsASecureCookieOnASecureConnection() {
        assertThat(get("https://localhost/put", "").headers().first("set-cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie).contains("; Secure"));
    }

    @Test
    @DisplayName("P8: over an encrypted connection, the cookie belongs to the host alone")
    void cookieHasTheHostPrefixOnASecureConnection() {
        String cookie = cookieOf(get("https://localhost/put", ""));

        assertThat(cookie).startsWith("__Host-sessionid=");
        assertThat(get("https://localhost/", cookie).text()).isEqualTo("Cart[apples=3]");
    }

    @Test
    @DisplayName("P8: over an encrypted connection, a cookie that a subdomain may have planted is ignored")
    void plainCookieIsIgnoredOnASecureConnection() {
        String planted = cookieOf(get("/put", ""));

        assertThat(get("https://localhost/", planted).text()).isEqualTo("no cart");
    }

    @Test
    void cookieWithADomainHasNoPrefix() {
        Application site = Consumer.application(Page::new)
                .behind(SessionMiddleware.builder(store)
                        .cookie(cookie -> cookie.domain("example.com"))
                        .build());

        assertThat(cookieOf(get(site, "https://example.com/put", ""))).startsWith("sessionid=");
    }

    @Test
    void configuredNameIsUsedAsItIs() {
        Application site = Consumer.application(Page::new)
                .behind(SessionMiddleware.builder(store).cookieName("sid").build());

        assertThat(cookieOf(get(site, "https://example.com/put", ""))).startsWith("sid=");
    }

    @Test
    @DisplayName("P8: of several cookies of the name, the one with a session is used, whatever their order")
    void triesEachCookieOfTheName() {
        String cookie = cookieOf(get("/put", ""));

        assertThat(get("/", "sessionid=planted; " + cookie).text()).isEqualTo("Cart[apples=3]");
        assertThat(get("/", cookie + "; sessionid=planted").text()).isEqualTo("Cart[apples=3]");
    }

    @Test
    @DisplayName("P3: at most four cookies of the name are tried")
    void triesAtMostFourCookies() {
        String cookie = cookieOf(get("/put", ""));

        assertThat(get("/", "sessionid=a; sessionid=b; sessionid=c; sessionid=d; " + cookie)
                        .text())
                .isEqualTo("no cart");
    }

    @Test
    void storesTheSessionInASignedCookie() {
        Application signed =
                Consumer.application(Page::new).behind(SessionMiddleware.of(SignedCookieSessionStore.of(new byte[32])));
        String cookie = cookieOf(get(signed, "/put", ""));

        assertThat(get(signed, "/", cookie).text()).isEqualTo("Cart[apples=3]");
    }

    @ParameterizedTest
    @CsvSource({"STRICT, Strict", "NONE, None"})
    void setsCookieAttributes(SameSite policy, String written) {
        SessionMiddleware sessions = SessionMiddleware.builder(store)
                .cookieName("sid")
                .endsWithBrowser()
                .cookie(cookie -> cookie.sameSite(policy).secure(true).domain("example.com"))
                .build();

        String cookie = get(Consumer.application(Page::new).behind(sessions), "/put", "")
                .headers()
                .first("set-cookie")
                .orElseThrow();

        assertThat(cookie).matches("sid=[^;]+; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=" + written);
    }

    @Test
    void rejectsAttributesThatBrowsersReject() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionMiddleware.builder(store)
                        .cookie(cookie -> cookie.sameSite(SameSite.NONE))
                        .build())
                .withMessage("cookie sessionid: not secure (expected: secure, for its SameSite=None)");
    }

    @Test
    void rejectsCookieNameThatIsNotAToken() {
        SessionMiddleware.Builder builder = SessionMiddleware.builder(InMemorySessionStore.create());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.cookieName("a b"))
                .withMessage("cookie name: \"a b\" (expected: a token, RFC 9110)");
    }
}
