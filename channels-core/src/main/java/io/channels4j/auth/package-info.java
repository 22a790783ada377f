/** Users: finding out who connects, login and logout, and the end of connections whose users have lost their rights. */
@NullMarked
package io.channels4j.auth;

import org.jspecify.annotations.NullMarked;
