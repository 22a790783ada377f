/** Checks for requests and connections: hosts, origins, CORS, cross-site request forgery, and rate limits. */
@NullMarked
package io.channels4j.security;

import org.jspecify.annotations.NullMarked;
