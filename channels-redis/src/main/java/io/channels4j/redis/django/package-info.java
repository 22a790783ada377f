/** The queue layer for Django: processes, group memberships and sends. Not exported. */
@NullMarked
package io.channels4j.redis.django;

import org.jspecify.annotations.NullMarked;
