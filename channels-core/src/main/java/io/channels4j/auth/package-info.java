/** Authentication: identifying users, login and logout, and ending the connections of users without access. */
@NullMarked
package io.channels4j.auth;

import org.jspecify.annotations.NullMarked;
