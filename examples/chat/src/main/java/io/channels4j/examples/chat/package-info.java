/** Chat rooms in the browser, stored in a database: a complete application built with Channels. */
@NullMarked
package io.channels4j.examples.chat;

import org.jspecify.annotations.NullMarked;
