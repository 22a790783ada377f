/** Verification of JSON Web Tokens (RFC 7519). Requires Nimbus JOSE, an optional dependency. */
@NullMarked
package io.channels4j.auth.jwt;

import org.jspecify.annotations.NullMarked;
