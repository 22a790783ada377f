/**
 * Authentication. It identifies users, logs them in and out, and ends the connections of users who have lost access.
 */
@NullMarked
package io.channels4j.auth;

import org.jspecify.annotations.NullMarked;
