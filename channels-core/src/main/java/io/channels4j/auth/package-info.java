/** Authentication: identifying users, login and logout, and ending the connections of users who have lost access. */
@NullMarked
package io.channels4j.auth;

import org.jspecify.annotations.NullMarked;
