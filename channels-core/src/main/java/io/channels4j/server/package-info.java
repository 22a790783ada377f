/** What servers offer to those who start and watch them, and what they tell applications about their own life. */
@NullMarked
package io.channels4j.server;

import org.jspecify.annotations.NullMarked;
