package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs the code of docs/auth.md. */
class AuthExampleTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
    private static final String ACCOUNT = "name=ada&password=a+long+password";

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Application site = AuthExample.site(new AuthExample.Accounts(), InMemorySessionStore.create());

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    private HttpCommunicator.Response send(String method, String path, String cookies, String body) {
        HttpCommunicator.Builder builder = HttpCommunicator.builder(site, method, path)
                .timeout(TIMEOUT)
                .channelLayer(layer)
                .header("Host", "example.com")
                .header("Cookie", cookies)
                .body(body);
        try (HttpCommunicator peer = builder.build()) {
            return peer.getResponse();
        }
    }

    private static String cookie(HttpCommunicator.Response response, String name) {
        return response.headers().all("set-cookie").stream()
                .filter(value -> value.startsWith(name + "="))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }

    private WebsocketCommunicator socket(String cookie) {
        return WebsocketCommunicator.builder(site, "/ws/greeting/")
                .timeout(TIMEOUT)
                .channelLayer(layer)
                .header("Host", "example.com")
                .header("Cookie", cookie)
                .build();
    }

    private String login(String password) {
        HttpCommunicator.Response form = send("GET", "/login/", "", "");
        Matcher token = TOKEN.matcher(form.text());
        assertThat(token.find()).isTrue();
        HttpCommunicator.Response response = send(
                "POST",
                "/login/",
                cookie(form, "csrftoken"),
                "csrf=" + token.group(1) + "&name=ada&password=" + password);
        return response.status() == 303 ? cookie(response, "sessionid") : response.text();
    }

    @Test
    void registersLogsInAndLogsOut() {
        HttpCommunicator.Response registered = send("POST", "/register/", "", ACCOUNT);
        String laptop = cookie(registered, "sessionid");
        String phone = login("a+long+password");
        try (WebsocketCommunicator onLaptop = socket(laptop);
                WebsocketCommunicator onPhone = socket(phone)) {
            assertThat(onLaptop.connect().accepted()).isTrue();
            assertThat(onPhone.connect().accepted()).isTrue();

            assertThat(send("POST", "/logout/", laptop, "").status()).isEqualTo(303);

            assertThat(onLaptop.receiveClose().code()).isEqualTo(4401);
            onPhone.sendTo("hi");
            assertThat(onPhone.receiveFrom()).isEqualTo("Hello, ada");
        }
        try (WebsocketCommunicator again = socket(laptop)) {
            assertThat(again.connect().status()).isEqualTo(401);
        }
    }

    @Test
    void refusesWrongPasswordsAndExpiredForms() {
        send("POST", "/register/", "", ACCOUNT);

        assertThat(login("another+password")).contains("The name or the password is wrong");
        assertThat(send("POST", "/login/", "", ACCOUNT).text()).contains("The form has expired");
        assertThat(send("GET", "/logout/", "", "").status()).isEqualTo(405);
    }

    @Test
    void newPasswordEndsTheOtherSessions() {
        String laptop = cookie(send("POST", "/register/", "", ACCOUNT), "sessionid");
        String phone = login("a+long+password");
        try (WebsocketCommunicator onPhone = socket(phone)) {
            onPhone.connect();

            HttpCommunicator.Response changed = send("POST", "/password/", laptop, "password=another+long+password");

            assertThat(onPhone.receiveClose().code()).isEqualTo(4401);
            try (WebsocketCommunicator old = socket(phone);
                    WebsocketCommunicator current = socket(cookie(changed, "sessionid"))) {
                assertThat(old.connect().status()).isEqualTo(401);
                assertThat(current.connect().accepted()).isTrue();
            }
        }
    }
}
