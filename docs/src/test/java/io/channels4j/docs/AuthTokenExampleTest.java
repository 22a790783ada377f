package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.testing.HttpCommunicator;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Runs the code of docs/auth.md about tokens and middleware. */
class AuthTokenExampleTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static HttpCommunicator.Response get(Application site, String header, String value) {
        try (HttpCommunicator peer = HttpCommunicator.builder(site, "GET", "/")
                .timeout(TIMEOUT)
                .header(header, value)
                .build()) {
            return peer.getResponse();
        }
    }

    @Test
    void middlewareSetsTheUser() {
        AuthExample.Accounts accounts = new AuthExample.Accounts();
        accounts.save("1", "ada", "a long password");
        Application site = AuthTokenExample.behindGateway(new UserName().application(), accounts);

        assertThat(get(site, "x-authenticated-user", "1").text()).isEqualTo("ada");
        assertThat(get(site, "x-authenticated-user", "2").text()).isEqualTo("anonymous");
    }
}
