/** The keys, scripts and message format of Django's queue layer. Not exported. */
@NullMarked
package io.channels4j.redis.django.store;

import org.jspecify.annotations.NullMarked;
