package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.security.CsrfMiddleware;

/** The example in the Javadoc of the CSRF check. {@link CsrfMiddlewareTest} runs it. */
final class CsrfSnippets {

    private CsrfSnippets() {}

    static Application guarded(Application site) {
        // @start region="csrf"
        Application guarded = site.behind(CsrfMiddleware.builder()
                .trustedOrigins("https://admin.example.com") // its pages may also change state
                .build());
        // @end
        return guarded;
    }
}
