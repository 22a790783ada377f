/** Sessions: the data that a server keeps about a client, and the stores for that data. */
@NullMarked
package io.channels4j.session;

import org.jspecify.annotations.NullMarked;
