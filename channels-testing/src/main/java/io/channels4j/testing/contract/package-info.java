/** The rules of the channel layer contract. {@code ChannelLayerContract} runs them. Not exported. */
@NullMarked
package io.channels4j.testing.contract;

import org.jspecify.annotations.NullMarked;
