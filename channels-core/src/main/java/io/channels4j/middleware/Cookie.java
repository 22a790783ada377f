package io.channels4j.middleware;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cookie to set, with its attributes (RFC 6265bis §4.1).
 *
 * <p>By default, a cookie has {@code SameSite=Lax}. Browsers send it for every path on the host that set it, until they
 * are closed. The builder enforces the rules of browsers. {@code SameSite=None} and the name prefixes {@code __Secure-}
 * and {@code __Host-} require {@code Secure}. {@code __Host-} also requires the path {@code /} and no domain. The name
 * and the value together must not exceed 4096 bytes.
 *
 * <p>Immutable.
 */
public final class Cookie {

    private final String name;
    private final String value;
    private final String attributes;

    private Cookie(Builder builder, String attributes) {
        this.name = builder.name;
        this.value = builder.value;
        this.attributes = attributes;
    }

    /** The policy for requests from other sites. */
    public enum SameSite {
        /** Requests from other sites never carry the cookie. */
        STRICT("Strict"),
        /** Requests from other sites carry the cookie only if they are navigation, such as following a link. */
        LAX("Lax"),
        /** All requests from other sites carry the cookie, which must be {@code Secure}. */
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }
    }

    /**
     * Returns a cookie with the default attributes.
     *
     * @param name the name, a token
     * @param value the value, which is visible ASCII without quotes, commas, semicolons or backslashes. Encode anything else.
     * @return the cookie
     * @throws IllegalArgumentException if the name or the value is not valid in a header
     */
    public static Cookie of(String name, String value) {
        return builder(name, value).build();
    }

    /**
     * Returns a builder with the default attributes.
     *
     * @param name the name, a token
     * @param value the value; see {@link #of}
     * @return the builder
     * @throws IllegalArgumentException if the name or the value is not valid in a header
     */
    public static Builder builder(String name, String value) {
        return new Builder(name, value);
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the value.
     *
     * @return the value
     */
    public String value() {
        return value;
    }

    /**
     * Returns the value of the {@code Set-Cookie} header for this cookie.
     *
     * @return the value of the header
     */
    public String headerValue() {
        return name + "=" + value + attributes;
    }

    /** Returns the name and the attributes only, because values may be secrets. */
    @Override
    public String toString() {
        return "Cookie[" + name + attributes + "]";
    }

    /** Builds a {@link Cookie}. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final String value;
        private String path = "/";
        private String domain = "";
        private boolean secure;
        private boolean httpOnly;
        private @Nullable Duration maxAge;
        private @Nullable Instant expires;
        private Optional<SameSite> sameSite = Optional.of(SameSite.LAX);

        private Builder(String name, String value) {
            this.name = CookieSyntax.requireName(name);
            this.value = CookieSyntax.requireValue(name, value);
        }

        /**
         * Sets the time for which browsers keep the cookie. By default, browsers delete the cookie when they are closed.
         *
         * @param time the time, truncated to seconds; zero deletes the cookie
         * @return this builder
         */
        public Builder maxAge(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException(
                        "max age of cookie %s: %s (expected: zero or more)".formatted(name, time));
            }
            maxAge = time;
            return this;
        }

        /**
         * Sets the time at which browsers delete the cookie. A maximum age takes precedence. By default, browsers delete the cookie when
         * they are closed.
         *
         * @param time the time, truncated to seconds
         * @return this builder
         */
        public Builder expires(Instant time) {
            expires = time;
            return this;
        }

        /**
         * Sets the path prefix for which the cookie is sent. {@code /} by default.
         *
         * @param prefix the path; empty for the browser's default
         * @return this builder
         */
        public Builder path(String prefix) {
            path = CookieSyntax.requireAttribute(name, "path", prefix);
            return this;
        }

        /**
         * Sets the domain for whose hosts the cookie is sent. By default, it is sent only to the host that set it.
         *
         * @param suffix the domain; empty for the host that sets the cookie
         * @return this builder
         */
        public Builder domain(String suffix) {
            domain = CookieSyntax.requireAttribute(name, "domain", suffix);
            return this;
        }

        /**
         * Sets whether the cookie is sent only over encrypted connections. False by default.
         *
         * @param only true to send it only over encrypted connections
         * @return this builder
         */
        public Builder secure(boolean only) {
            secure = only;
            return this;
        }

        /**
         * Sets whether the cookie is hidden from scripts in pages. False by default.
         *
         * @param hidden true to hide it
         * @return this builder
         */
        public Builder httpOnly(boolean hidden) {
            httpOnly = hidden;
            return this;
        }

        /**
         * Sets the policy for requests from other sites. {@link SameSite#LAX} by default.
         *
         * @param policy the policy; empty for the browser's default
         * @return this builder
         */
        public Builder sameSite(Optional<SameSite> policy) {
            sameSite = policy;
            return this;
        }

        /**
         * Sets the policy for requests from other sites. {@link SameSite#LAX} by default.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder sameSite(SameSite policy) {
            return sameSite(Optional.of(policy));
        }

        /**
         * Returns the cookie.
         *
         * @return the cookie
         * @throws IllegalArgumentException if browsers would reject a cookie with these attributes
         */
        public Cookie build() {
            requireSecure(
                    "SameSite=None", sameSite.filter(SameSite.NONE::equals).isPresent());
            requireSecure("prefix __Secure-", hasPrefix("__Secure-"));
            requireSecure("prefix __Host-", hasPrefix("__Host-"));
            if (hasPrefix("__Host-") && !(path.equals("/") && domain.isEmpty())) {
                throw new IllegalArgumentException(
                        "cookie %s: path \"%s\", domain \"%s\" (expected: path / and no domain, for its prefix __Host-)"
                                .formatted(name, path, domain));
            }
            return new Cookie(this, attributes());
        }

        private boolean hasPrefix(String prefix) {
            return name.regionMatches(true, 0, prefix, 0, prefix.length());
        }

        private void requireSecure(String reason, boolean applies) {
            if (applies && !secure) {
                throw new IllegalArgumentException(
                        "cookie %s: not secure (expected: secure, for its %s)".formatted(name, reason));
            }
        }

        private String attributes() {
            StringBuilder text = new StringBuilder();
            if (expires != null) {
                text.append("; Expires=").append(CookieSyntax.date(expires));
            }
            if (maxAge != null) {
                text.append("; Max-Age=").append(maxAge.toSeconds());
            }
            if (!domain.isEmpty()) {
                text.append("; Domain=").append(domain);
            }
            if (!path.isEmpty()) {
                text.append("; Path=").append(path);
            }
            text.append(secure ? "; Secure" : "").append(httpOnly ? "; HttpOnly" : "");
            sameSite.ifPresent(policy -> text.append("; SameSite=").append(policy.text));
            return text.toString();
        }
    }
}
