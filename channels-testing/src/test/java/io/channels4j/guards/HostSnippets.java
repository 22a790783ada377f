package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.security.AllowedHosts;

/** The example in the Javadoc of the host check. {@link AllowedHostsTest} runs it. */
final class HostSnippets {

    private HostSnippets() {}

    static Application guarded(Application site) {
        // @start region="hosts"
        Application guarded = site.behind(AllowedHosts.of("example.com", ".example.org"));
        // @end
        return guarded;
    }
}
