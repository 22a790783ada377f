package io.channels4j.middleware;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cookie to set, with its attributes (RFC 6265bis §4.1).
 *
 * <p>Unless told otherwise it is sent for every path of the host that set it, with {@code SameSite=Lax}, until the browser is
 * closed. What a browser would throw away is refused when the cookie is built: {@code SameSite=None} without {@code Secure}, a
 * {@code __Secure-} name without {@code Secure}, a {@code __Host-} name without {@code Secure}, with a domain or with another
 * path than {@code /}, or more than 4096 bytes.
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

    /** When a browser sends a cookie along with requests that come from other sites. */
    public enum SameSite {
        /** Never. */
        STRICT("Strict"),
        /** Only when the user follows a link. */
        LAX("Lax"),
        /** Always; only for cookies that are {@code Secure}. */
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
     * @param value the value: visible ASCII without quotes, commas, semicolons and backslashes; encode anything else
     * @return the cookie
     * @throws IllegalArgumentException when the name or the value cannot stand in a header
     */
    public static Cookie of(String name, String value) {
        return builder(name, value).build();
    }

    /**
     * Returns a builder with the default attributes.
     *
     * @param name the name, a token
     * @param value the value, as for {@link #of}
     * @return the builder
     * @throws IllegalArgumentException when the name or the value cannot stand in a header
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
     * Returns this cookie as the value of a {@code Set-Cookie} header.
     *
     * @return the value of the header
     */
    public String headerValue() {
        return name + "=" + value + attributes;
    }

    /** Returns the name and the attributes only: values may be secrets. */
    @Override
    public String toString() {
        return "Cookie[" + name + attributes + "]";
    }

    /** Collects the attributes of a cookie. Not thread-safe. */
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
         * Sets how long browsers keep the cookie; default until they are closed.
         *
         * @param time the time, counted in whole seconds; zero deletes the cookie
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
         * Sets when browsers forget the cookie; a maximum age goes before it. Default when they are closed.
         *
         * @param time the time, to the second
         * @return this builder
         */
        public Builder expires(Instant time) {
            expires = time;
            return this;
        }

        /**
         * Sets the path under which the cookie is sent; default {@code /}.
         *
         * @param prefix the path; empty leaves the choice to the browser
         * @return this builder
         */
        public Builder path(String prefix) {
            path = CookieSyntax.requireAttribute(name, "path", prefix);
            return this;
        }

        /**
         * Sets the domain whose hosts get the cookie; default only the host that sets it.
         *
         * @param suffix the domain; empty for that host only
         * @return this builder
         */
        public Builder domain(String suffix) {
            domain = CookieSyntax.requireAttribute(name, "domain", suffix);
            return this;
        }

        /**
         * Sets whether the cookie is sent over encrypted connections only; default no.
         *
         * @param only whether it is
         * @return this builder
         */
        public Builder secure(boolean only) {
            secure = only;
            return this;
        }

        /**
         * Sets whether scripts of the page cannot read the cookie; default no.
         *
         * @param hidden whether it is hidden from them
         * @return this builder
         */
        public Builder httpOnly(boolean hidden) {
            httpOnly = hidden;
            return this;
        }

        /**
         * Sets when the cookie is sent with requests from other sites; default {@link SameSite#LAX}.
         *
         * @param policy the policy; empty leaves it to the browser
         * @return this builder
         */
        public Builder sameSite(Optional<SameSite> policy) {
            sameSite = policy;
            return this;
        }

        /**
         * Sets when the cookie is sent with requests from other sites; default {@link SameSite#LAX}.
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
         * @throws IllegalArgumentException when browsers would not take a cookie with these attributes
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
