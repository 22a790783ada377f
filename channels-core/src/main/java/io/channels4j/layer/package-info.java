/** Channel layers: named mailboxes and groups by which connections and processes send each other messages. */
@NullMarked
package io.channels4j.layer;

import org.jspecify.annotations.NullMarked;
