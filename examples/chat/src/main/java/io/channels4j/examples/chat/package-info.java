/** Chat rooms in the browser, kept in a database: what an application made with Channels looks like. */
@NullMarked
package io.channels4j.examples.chat;

import org.jspecify.annotations.NullMarked;
