/** Work from the plain channels of Django's queue layer. Not exported. */
@NullMarked
package io.channels4j.redis.django.work;

import org.jspecify.annotations.NullMarked;
